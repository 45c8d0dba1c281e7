{{/* What a pod may do: nothing but to run as an ordinary user on a read-only file system (profile "restricted" of Pod Security). */}}
{{- define "veche.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "veche.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Settings that come from the installation, as a map. Takes (list $ name service). */}}
{{- define "veche.commonEnv" -}}
{{- $root := index . 0 -}}
{{- $values := $root.Values -}}
{{- $service := index . 2 -}}
HOST: 0.0.0.0
PORT: {{ $service.port | quote }}
LOG_LEVEL: {{ $values.logLevel }}
{{- if has "telemetry" $service.uses }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ $values.telemetry.otlpEndpoint | quote }}
{{- end }}
{{- if $values.extraCa }}
NODE_EXTRA_CA_CERTS: /etc/veche/ca/ca.crt
{{- end }}
{{- if has "kafka" $service.uses }}
KAFKA_BROKERS: {{ join "," $values.kafka.brokers | quote }}
{{- if $values.kafka.ca }}
KAFKA_CA_FILE: /etc/veche/kafka/ca.crt
{{- end }}
{{- with $values.kafka.users }}
KAFKA_USERNAME: {{ . }}{{ index $ 1 }}
{{- end }}
{{- end }}
{{- if has "keycloak" $service.uses }}
TOKEN_ISSUER: {{ $values.keycloak.issuer | quote }}
TOKEN_JWKS_URL: {{ default (printf "%s/protocol/openid-connect/certs" $values.keycloak.issuer) $values.keycloak.jwksUrl | quote }}
{{- end }}
{{- if has "s3" $service.declared }}
FILES_STORAGE: {{ $values.files.storage }}
{{- end }}
{{- if has "s3" $service.uses }}
FILES_S3_ENDPOINT: {{ $values.files.endpoint | quote }}
FILES_S3_REGION: {{ $values.files.region | quote }}
FILES_S3_BUCKET: {{ $values.files.bucket | quote }}
{{- end }}
{{- if has "clamd" $service.uses }}
{{- $clamd := splitList ":" $values.files.clamd }}
FILES_ANTIVIRUS: 'true'
FILES_CLAMD_HOST: {{ first $clamd | quote }}
FILES_CLAMD_PORT: {{ last $clamd | quote }}
{{- end }}
{{- if eq (index . 1) "gateway" }}
{{- range $callee := $service.calls }}
{{- with include "veche.url" (list $root $callee) }}
SUBGRAPH_{{ upper $callee }}_URL: {{ . }}/graphql
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Secrets that come from the installation, as a map of { secret, key }. Takes (list $ name service). */}}
{{- define "veche.commonSecrets" -}}
{{- $values := (index . 0).Values -}}
{{- $service := index . 2 -}}
{{- $secrets := dict -}}
{{- if has "mongodb" $service.uses }}{{ $_ := set $secrets "MONGODB_URI" (dict "secret" $values.mongodb.secret "key" (index . 1)) }}{{ end -}}
{{- if and (has "kafka" $service.uses) $values.kafka.users }}{{ $_ := set $secrets "KAFKA_PASSWORD" (dict "secret" (printf "%s%s" $values.kafka.users (index . 1)) "key" "password") }}{{ end -}}
{{- if has "redis" $service.uses }}{{ $_ := set $secrets "REDIS_URL" (dict "secret" $values.redis.secret "key" $values.redis.key) }}{{ end -}}
{{- if has "s3" $service.uses -}}
{{- $_ := set $secrets "FILES_S3_ACCESS_KEY" (dict "secret" $values.files.secret "key" "accessKey") -}}
{{- $_ := set $secrets "FILES_S3_SECRET_KEY" (dict "secret" $values.files.secret "key" "secretKey") -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{/* The whole environment of a container, sorted by name. Takes (list $ name service). */}}
{{- define "veche.env" -}}
{{- $root := index . 0 -}}
{{- $service := index . 2 -}}
{{- $plain := merge (deepCopy $service.env) (include "veche.commonEnv" . | fromYaml) -}}
{{- range $name := keys $plain | sortAlpha }}
{{- with tpl (toString (index $plain $name)) $root }}
- name: {{ $name }}
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- $secrets := merge (deepCopy $service.secretEnv) (include "veche.commonSecrets" . | fromYaml) -}}
{{- range $name := keys $secrets | sortAlpha }}
{{- $from := index $secrets $name }}
{{- with tpl $from.secret $root }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $from.key }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Mounts whose source has a name, as YAML { mounts: [...] } with the templates in their sources carried out. Takes (list $ service). */}}
{{- define "veche.mounts" -}}
{{- $root := index . 0 -}}
{{- $mounts := list -}}
{{- range (index . 1).mounts -}}
{{- $mount := deepCopy . -}}
{{- range $kind := list "secret" "configMap" "claim" "volume" "token" -}}
{{- with index $mount $kind -}}
{{- with tpl . $root }}{{ $_ := set $mount "source" . }}{{ $_ := set $mount "kind" $kind }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if $mount.source }}{{ $mounts = append $mounts $mount }}{{ end -}}
{{- end -}}
{{- if $root.Values.extraCa -}}
{{- $mounts = append $mounts (dict "name" "ca" "path" "/etc/veche/ca" "kind" "configMap" "source" $root.Values.extraCa) -}}
{{- end -}}
{{- if and $root.Values.kafka.ca (has "kafka" (index . 1).uses) -}}
{{- $mounts = append $mounts (dict "name" "kafka-ca" "path" "/etc/veche/kafka" "kind" "secret" "source" $root.Values.kafka.ca "items" (dict "ca.crt" "ca.crt")) -}}
{{- end -}}
{{- dict "mounts" $mounts | toYaml -}}
{{- end -}}

{{/* Files of a mounted Secret or ConfigMap by key. Takes (list $ mount). */}}
{{- define "veche.items" -}}
{{- $mount := index . 1 -}}
{{- if $mount.itemsOf }}
items:
{{- range (index (index . 0).Values $mount.itemsOf).files }}
  - { key: {{ . }}, path: {{ replace "__" "/" . }} }
{{- end }}
{{- else if $mount.items }}
items:
{{- range $key, $path := $mount.items }}
  - { key: {{ $key }}, path: {{ $path }} }
{{- end }}
{{- end }}
{{- end -}}

{{/* Volumes of a pod. Takes (list $ service). */}}
{{- define "veche.volumes" -}}
{{- $root := index . 0 -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ (index . 1).tmpSize }}
{{- range (include "veche.mounts" . | fromYaml).mounts }}
- name: {{ .name }}
{{- if eq .kind "secret" }}
  secret:
    secretName: {{ .source }}
    # Readable by the group of the pod, by nobody else.
    defaultMode: 0440
    {{- include "veche.items" (list $root .) | nindent 4 | trimSuffix "    " }}
{{- else if eq .kind "configMap" }}
  configMap:
    name: {{ .source }}
    {{- include "veche.items" (list $root .) | nindent 4 | trimSuffix "    " }}
{{- else if eq .kind "token" }}
  projected:
    sources:
      - serviceAccountToken:
          audience: {{ .source }}
          expirationSeconds: 3600
          path: token
{{- else }}
  persistentVolumeClaim:
    claimName: {{ if eq .kind "volume" }}{{ include "veche.claim" (list $root .source) }}{{ else }}{{ .source }}{{ end }}
{{- end }}
{{- end }}
{{- end -}}
