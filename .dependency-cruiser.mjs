import { readFileSync } from 'node:fs';

/** Who may import whom: docs/architecture.md. */
const SERVICE = '^services/([^/]+)/src';
const PURE = '^(ajv|re2js|luxon|fast-check|@jest/globals|@orama/stemmers)(/|$)|node_modules/(ajv|re2js|luxon|fast-check|@jest|@orama)/';

// The image is installed without these: `npm ci --omit=dev`.
const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const DEVELOPMENT = `node_modules/(${Object.keys(devDependencies).join('|')})/`;

const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
  forbidden: [
    forbid('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    forbid(
      'domain-is-pure',
      { path: `${SERVICE}/domain/`, pathNot: '\\.test\\.ts$' },
      { pathNot: `^services/$1/src/domain/|^kit/src/domain/|${PURE}` },
    ),
    forbid(
      'kit-domain-is-pure',
      { path: '^kit/src/domain/', pathNot: '\\.test\\.ts$' },
      { pathNot: `^kit/src/domain/|${PURE}` },
    ),
    forbid(
      'witness-stands-alone',
      { path: '^services/voting/witness/', pathNot: '\\.test\\.ts$' },
      { pathNot: '^services/voting/witness/', dependencyTypesNot: ['core'] },
    ),
    forbid('service-not-to-service', { path: '^services/([^/]+)/' }, { path: '^services/(?!$1/)' }),
    forbid('service-not-to-gateway-test-stand', { path: `${SERVICE}/` }, { path: '^(gateway|test|stand)/' }),
    forbid(
      'mongoose-in-stores-only',
      { path: `${SERVICE}/`, pathNot: '/(store|box/group-commit)(\\.ts|/)' },
      { path: '(^|node_modules/)(mongoose|mongodb)(/|$)', dependencyTypesNot: ['type-only'] },
    ),
    forbid('event-log-behind-its-port', { path: `${SERVICE}/|^gateway/` }, { path: '(^|node_modules/)kafkajs(/|$)' }),
    forbid('kit-knows-no-service', { path: '^kit/src/' }, { path: '^(services|gateway|proto|test|stand)/' }),
    forbid('proto-knows-types-of-kit-only', { path: '^proto/' }, { path: '^(services|gateway|test|stand)/' }),
    forbid('gateway-knows-no-service', { path: '^gateway/src/' }, { path: '^(services|proto|test|stand)/' }),
    forbid(
      'main-starts-its-own-service',
      { path: `${SERVICE}/main\\.ts$` },
      { pathNot: '^services/$1/src/|^kit/src/|node_modules|^(node:|fs|path)' },
    ),
    forbid(
      'image-has-no-development-package',
      { path: `${SERVICE}/|^(gateway|kit|proto)/src/`, pathNot: '\\.test\\.ts$|^kit/src/testing/' },
      { path: DEVELOPMENT, dependencyTypesNot: ['type-only', 'dynamic-import'] },
    ),
    forbid(
      'testing-in-tests-only',
      { path: `${SERVICE}/|^gateway/src/|^kit/src/(?!testing/)`, pathNot: '\\.test\\.ts$' },
      { path: '^kit/src/testing/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
