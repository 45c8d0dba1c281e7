// Node strips the types itself; jest only has to treat .ts as ESM.
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['/node_modules/', '/.stand/'],
  testTimeout: 120_000,
};
