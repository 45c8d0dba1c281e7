# One recipe for every program of the platform:
#   docker build --build-arg SERVICE=services/voting -t veche/voting .
# SERVICE is gateway or a directory of services/. Any base with Node.js 24 or later and npm will do; services/contests and services/expertise get their
# converter and GOST by --build-arg DEBIAN_PACKAGES="libreoffice-writer-nogui fonts-liberation libengine-gost-openssl", which asks for a base of Debian.
# Who builds them all builds what they share once (--target platform) and names it: --build-arg PLATFORM=veche/platform. --target dev is for skaffold.yaml
# alone.
ARG NODE_IMAGE=docker.io/library/node:24-slim
ARG PLATFORM=platform

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY kit/package.json kit/
COPY proto/package.json proto/
COPY gateway/package.json gateway/
COPY client/package.json client/
COPY stand/package.json stand/
COPY services/analytics/package.json services/analytics/
COPY services/contests/package.json services/contests/
COPY services/crowdfunding/package.json services/crowdfunding/
COPY services/esia-bridge/package.json services/esia-bridge/
COPY services/expertise/package.json services/expertise/
COPY services/identity/package.json services/identity/
COPY services/registry/package.json services/registry/
COPY services/voting/package.json services/voting/
# No dependency needs an install script; that none runs keeps what is built from depending on the machine that builds.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
# What was installed, as CycloneDX. npm would miss what only development needs, and refuses a version that a peer does not want and nobody asked for.
COPY kit/tools/sbom.ts kit/tools/
RUN npm pkg delete devDependencies \
 && npm sbom --sbom-format=cyclonedx --sbom-type=application --legacy-peer-deps >/tmp/sbom.json \
 && node kit/tools/sbom.ts </tmp/sbom.json >sbom.cdx.json

FROM ${NODE_IMAGE} AS platform
ENV NODE_ENV=production \
    APOLLO_TELEMETRY_DISABLED=1 \
    HOME=/tmp
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=dependencies /app/sbom.cdx.json .
COPY package.json ./
COPY kit kit
COPY proto proto
EXPOSE 4000
# Node strips the types itself and is process 1, so that it gets the signals; no shell is needed.
ENTRYPOINT ["node", "src/main.ts"]

FROM ${PLATFORM} AS program
ARG DEBIAN_PACKAGES=""
USER 0
RUN if [ -n "$DEBIAN_PACKAGES" ]; then apt-get update && apt-get install -y --no-install-recommends $DEBIAN_PACKAGES && rm -rf /var/lib/apt/lists/*; fi
USER 10001:10001
ARG SERVICE
ARG VERSION=0.1.0
WORKDIR /app/${SERVICE}
COPY ${SERVICE} .
LABEL org.opencontainers.image.title="veche ${SERVICE}" \
      org.opencontainers.image.description="Open platform for initiative budgeting" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"

# Sources where they can be written, run by node's watch mode.
FROM program AS dev
ENTRYPOINT ["node", "/app/kit/tools/watch.ts"]

FROM program
