{{/* Beginning of all names: the release, and the chart where the release does not say it. */}}
{{- define "veche.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that choose the pods of a component; never changed, a Deployment does not allow it. Takes (list $ component). */}}
{{- define "veche.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* Labels of everything of a component. Takes (list $ component). */}}
{{- define "veche.labels" -}}
{{- $root := index . 0 -}}
{{ include "veche.selector" . }}
app.kubernetes.io/part-of: veche
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Address of a service inside of the namespace; empty when it is not installed. Takes (list $ name). */}}
{{- define "veche.url" -}}
{{- $root := index . 0 -}}
{{- $service := include "veche.service" . | fromYaml -}}
{{- if $service.enabled -}}
{{- printf "http://%s-%s:%v" (include "veche.fullname" $root) (index . 1) $service.port -}}
{{- end -}}
{{- end -}}

{{/* A service with what it does not say itself, as YAML. Of the stores that are `declared` it `uses` those that are configured. Takes (list $ name). */}}
{{- define "veche.service" -}}
{{- $values := (index . 0).Values -}}
{{- $service := mergeOverwrite (deepCopy $values.defaults) (deepCopy (index $values.services (index . 1))) -}}
{{- $optional := dict
  "redis" $values.redis.secret
  "s3" (eq $values.files.storage "s3")
  "clamd" $values.files.clamd
  "vault" (eq $values.voting.keys "vault")
  "witnesses" $values.voting.witnesses
  "telemetry" $values.telemetry.otlpEndpoint -}}
{{- $uses := list -}}
{{- range $service.uses -}}
{{- if or (not (hasKey $optional .)) (index $optional .) }}{{ $uses = append $uses . }}{{ end -}}
{{- end -}}
{{- $_ := set $service "declared" $service.uses -}}
{{- $_ := set $service "uses" $uses -}}
{{- toYaml $service -}}
{{- end -}}

{{/* Name of the image of a service. Takes (list $ name). */}}
{{- define "veche.image" -}}
{{- $root := index . 0 -}}
{{- $image := $root.Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{- $image.prefix }}{{ index . 1 }}:{{ default $root.Chart.AppVersion $image.tag -}}
{{- end -}}

{{/* Claim of a volume. Takes (list $ volume). */}}
{{- define "veche.claim" -}}
{{- $root := index . 0 -}}
{{- $volume := required (printf "volumes.%s is not there, though a service mounts it" (index . 1)) (index $root.Values.volumes (index . 1)) -}}
{{- default (printf "%s-%s" (include "veche.fullname" $root) (index . 1)) $volume.existingClaim -}}
{{- end -}}
