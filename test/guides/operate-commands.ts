/** Who runs a command of docs/operate.md: the script of `npm run test:cluster`, a test, or nobody here, and why. */
export type By = 'cluster' | { test: string } | { not: string };

const KEDA = { not: 'only with KEDA, whose images cannot be built from what a machine of tests has' };
const MEASURE = { not: 'measures a quiet machine for minutes and asserts nothing; its figures are in docs/status.md' };
const ENGINE = { not: 'needs an engine of containers; test:cluster builds by the same Dockerfile with buildah' };
const SKAFFOLD = { not: 'needs Skaffold and a registry; npm run check holds skaffold.yaml against its schema' };

/** Word for word; the test of the guide says which is missing here, and which is not in the guide any more. */
export const OPERATE: Readonly<Record<string, By>> = {
  'kubectl get events -n veche': 'cluster',
  'npm run load:voting': MEASURE,
  'LOAD_SECONDS=60 npm run load:evening': MEASURE,
  'npm run load:close': MEASURE,
  'npm run load:k6': MEASURE,
  'helm upgrade --install veche charts/veche -n veche --create-namespace -f my-values.yaml -f charts/veche/values-regional.yaml --wait':
    'cluster',
  'helm test veche -n veche --logs': 'cluster',
  'kubectl scale deployment -n veche veche-registry --replicas=0': 'cluster',
  'docker build --build-arg SERVICE=services/voting -t veche/voting .': ENGINE,
  [`docker run --rm --entrypoint node veche/voting --print "fs.readFileSync('/app/sbom.cdx.json', 'utf8')" > voting.cdx.json`]:
    ENGINE,
  'skaffold build --file-output=built.json': SKAFFOLD,
  'skaffold render --build-artifacts=built.json --offline=true --output=veche.yaml': SKAFFOLD,
  'skaffold verify --build-artifacts=built.json': SKAFFOLD,
  'skaffold dev': SKAFFOLD,
  'helm upgrade veche charts/veche -n veche -f my-values.yaml -f charts/veche/values-regional.yaml --wait': 'cluster',
  'helm rollback veche -n veche': 'cluster',
  'npm run contest-keys': { test: 'services/voting/test/contest-keys.test.ts' },
  'npm run contest-keys -- export': { test: 'services/voting/test/contest-keys.test.ts' },
  'kubectl annotate scaledobject -n veche -l app.kubernetes.io/part-of=veche autoscaling.keda.sh/paused-replicas=0 --overwrite':
    KEDA,
  'kubectl scale deployment -n veche -l app.kubernetes.io/part-of=veche --replicas=0': 'cluster',
  'kubectl wait --for=delete pod -n veche -l app.kubernetes.io/part-of=veche,app.kubernetes.io/component!=test --timeout=120s':
    'cluster',
  'kubectl annotate scaledobject -n veche veche-voting autoscaling.keda.sh/paused-replicas=1 --overwrite': KEDA,
  'kubectl scale deployment -n veche veche-voting --replicas=1': 'cluster',
  'kubectl rollout status -n veche deployment/veche-voting': 'cluster',
  "kubectl logs -n veche -l app.kubernetes.io/component=voting --tail=-1 | grep 'log of contest'": 'cluster',
  'npm run verify-log -- CONTEST': 'cluster',
  'npm run audit': 'cluster',
  'kubectl get --raw /api/v1/namespaces/veche/services/veche-voting:http/proxy/open/contests/CONTEST/package.tar > PACKAGE':
    'cluster',
  'npm run recount -- PACKAGE': 'cluster',
  'kubectl annotate scaledobject -n veche -l app.kubernetes.io/part-of=veche autoscaling.keda.sh/paused-replicas-':
    KEDA,
  'kubectl scale deployment -n veche -l app.kubernetes.io/part-of=veche --replicas=2': 'cluster',
  'kubectl rollout status deployment -n veche -l app.kubernetes.io/part-of=veche --timeout=300s': 'cluster',
  'helm test veche -n veche': 'cluster',
  'npm run verify-receipt': 'cluster',
  'kubectl rollout restart deployment -n veche -l app.kubernetes.io/instance=veche': 'cluster',
  'helm upgrade veche charts/veche -n veche -f my-values.yaml -f charts/veche/values-regional.yaml -f charts/veche/values-last-evening.yaml --wait':
    {
      not: 'asks for twelve cores; what it makes is rendered and asserted by test/deploy',
    },
  'KAFKA_BROKERS=... node kit/src/bus/dead-letters-cli.ts list veche.contests.contest.v1': 'cluster',
  'npm run faults -- F18': 'cluster',
  'npm run faults -- F20': 'cluster',
};
