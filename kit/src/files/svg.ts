import sax from 'sax';

export type SvgFault = 'FILE_SVG_BROKEN' | 'FILE_SVG_ACTIVE';

/** Drawing and text alone; what is not named here (script, foreignObject, iframe, animation of links, ...) is refused. */
const DRAWING = new Set(
  `svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text tspan textPath
  linearGradient radialGradient stop clipPath mask pattern marker image style switch view a
  filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
  feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
  feSpecularLighting feSpotLight feTile feTurbulence`.split(/\s+/),
);
/** Vocabularies of drawing programs, which no browser acts upon. */
const INERT = /^(sodipodi|inkscape|rdf|cc|dc):/;
/** A part of the same drawing, or a picture inside it. */
const OWN_REFERENCE = /^\s*(#|data:image\/(png|jpeg|gif);base64,)/i;
const FOREIGN_STYLE = /@import|expression\s*\(|javascript:|url\(\s*['"]?\s*(?!['"]?\s*#)/i;
const DEPTH_MAX = 100;

/**
 * Whether an SVG only draws: no scripts, no handlers, no references to anywhere, no document type (entities). Null when it does.
 * The text must be well formed, for what browsers mend by themselves may become something else.
 */
export function svgFault(text: string): SvgFault | null {
  const reader = sax.parser(true, { xmlns: false });
  let fault: SvgFault | null = null;
  let depth = 0;
  let style = false;
  const active = (is: boolean): void => {
    if (is) fault ??= 'FILE_SVG_ACTIVE';
  };
  reader.onerror = () => {
    fault ??= 'FILE_SVG_BROKEN';
  };
  reader.ondoctype = () => active(true);
  reader.onprocessinginstruction = ({ name }) => active(name !== 'xml');
  reader.onopentag = ({ name, attributes }) => {
    depth += 1;
    const [local = '', prefix] = name.split(':').toReversed();
    const drawing = (prefix === undefined || prefix === 'svg') && DRAWING.has(local);
    active((!drawing && !INERT.test(name)) || depth > DEPTH_MAX);
    if (depth === 1 && local !== 'svg') fault ??= 'FILE_SVG_BROKEN';
    style = local === 'style';
    for (const [attribute, value] of Object.entries(attributes)) active(isActive(attribute, String(value)));
  };
  reader.onclosetag = () => {
    depth -= 1;
    style = false;
  };
  reader.ontext = (inner) => active(style && FOREIGN_STYLE.test(inner));
  reader.oncdata = (inner) => active(style && FOREIGN_STYLE.test(inner));
  try {
    reader.write(text).close();
  } catch {
    return fault ?? 'FILE_SVG_BROKEN';
  }
  return fault;
}

function isActive(attribute: string, value: string): boolean {
  const local = attribute.toLowerCase().split(':').at(-1)!;
  if (local.startsWith('on')) return true;
  if (local === 'href' || local === 'src') return !OWN_REFERENCE.test(value);
  return FOREIGN_STYLE.test(value);
}
