/** Project types of the platform, seen in real lists of regions. */
export const PROJECT_TYPES = [
  'ROAD', 'BRIDGE', 'LIGHTING', 'WATER', 'DRAINAGE', 'PLAYGROUND', 'SPORT', 'YARD', 'PARK', 'PUBLIC_SPACE', 'WASTE', 'CEMETERY', 'MEMORIAL',
  'CULTURE', 'EDUCATION', 'HEALTH', 'YOUTH', 'EVENT', 'DIGITAL', 'EQUIPMENT', 'FIRE_SAFETY', 'ACCESSIBILITY', 'ECOLOGY', 'HERITAGE', 'TOURISM',
  'OTHER',
] as const;

export const isProjectType = (code: string): boolean => (PROJECT_TYPES as readonly string[]).includes(code);
