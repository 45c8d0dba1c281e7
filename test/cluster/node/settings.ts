import { CNI_PLUGINS } from '../tools.ts';

/** Addresses that only the network namespace of the cluster knows. */
export const NETWORK = {
  /** Of the node, on an interface that leads nowhere. */
  node: '10.98.0.1',
  pods: '10.244.0.0/24',
  services: '10.96.0.0/16',
  /** The API server, as pods see it: the first of the services. */
  api: '10.96.0.1',
  names: '10.96.0.10',
} as const;

export const PAUSE_IMAGE = 'localhost/pause:1';
export const COREDNS_IMAGE = 'localhost/coredns:1';

/**
 * `restrict_oom_score_adj`: a machine that is a guest itself may not give a process a higher claim to memory than its own.
 * `SystemdCgroup`: there may be no systemd. The sandbox image comes from the archive, as no registry is asked.
 */
export const containerdSettings = (directory: string, socket: string): string => `version = 2
root = "${directory}/containerd"
state = "${directory}/containerd-state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  disable_tcp_service = true
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${CNI_PLUGINS}"
  conf_dir = "${directory}/cni"
`;

/** A bridge between the pods of the one node; hairpin lets a pod reach itself through its service. */
export const networkSettings = (directory: string): object => ({
  cniVersion: '0.4.0',
  name: 'veche',
  plugins: [
    {
      type: 'bridge',
      bridge: 'pods',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: `${directory}/addresses`,
        ranges: [[{ subnet: NETWORK.pods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

/** Images are never collected, as nothing could bring them back; version 1 of cgroups is allowed, since machines still have it. */
export const kubeletSettings = (certificates: string, socket: string, directory: string): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: `${certificates}/cluster.crt` },
  },
  authorization: { mode: 'Webhook' },
  cgroupDriver: 'cgroupfs',
  failCgroupV1: false,
  failSwapOn: false,
  clusterDomain: 'cluster.local',
  clusterDNS: [NETWORK.names],
  containerRuntimeEndpoint: `unix://${socket}`,
  tlsCertFile: `${certificates}/kubelet.crt`,
  tlsPrivateKeyFile: `${certificates}/kubelet.key`,
  volumePluginDir: `${directory}/volume-plugins`,
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
});

const labels = { 'k8s-app': 'kube-dns' };
const place = { name: 'coredns', namespace: 'kube-system' };

const corefile = `.:53 {
  errors
  health
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa
  cache 5
  loadbalance
}
`;

/** The name service. It forwards nothing: a name outside of the cluster fails at once. */
export const nameService: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: place },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'system:coredns' },
    rules: [
      { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:coredns' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
    subjects: [{ kind: 'ServiceAccount', ...place }],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: place, data: { Corefile: corefile } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...place, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'coredns',
          priorityClassName: 'system-cluster-critical',
          dnsPolicy: 'Default',
          containers: [
            {
              name: 'coredns',
              image: COREDNS_IMAGE,
              imagePullPolicy: 'Never',
              args: ['-conf', '/etc/coredns/Corefile'],
              readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
              livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 30 },
              volumeMounts: [{ name: 'corefile', mountPath: '/etc/coredns', readOnly: true }],
            },
          ],
          volumes: [{ name: 'corefile', configMap: { name: 'coredns' } }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
    spec: {
      clusterIP: NETWORK.names,
      selector: labels,
      ports: ['UDP', 'TCP'].map((protocol) => ({ name: protocol.toLowerCase(), port: 53, protocol })),
    },
  },
];
