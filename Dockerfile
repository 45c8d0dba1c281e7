# One image recipe for every program: docker build --build-arg SERVICE=services/voting .
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY kit/package.json kit/
COPY proto/package.json proto/
COPY gateway/package.json gateway/
COPY stand/package.json stand/
COPY services/analytics/package.json services/analytics/
COPY services/contests/package.json services/contests/
COPY services/crowdfunding/package.json services/crowdfunding/
COPY services/esia-bridge/package.json services/esia-bridge/
COPY services/expertise/package.json services/expertise/
COPY services/identity/package.json services/identity/
COPY services/registry/package.json services/registry/
COPY services/voting/package.json services/voting/
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-slim
ARG SERVICE
# For services/contests and services/expertise: DEBIAN_PACKAGES="libreoffice-writer-nogui fonts-liberation libengine-gost-openssl".
ARG DEBIAN_PACKAGES=""
RUN if [ -n "$DEBIAN_PACKAGES" ]; then apt-get update && apt-get install -y --no-install-recommends $DEBIAN_PACKAGES && rm -rf /var/lib/apt/lists/*; fi
LABEL org.opencontainers.image.title="veche" \
      org.opencontainers.image.description="Open platform for initiative budgeting" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    APOLLO_TELEMETRY_DISABLED=1 \
    SERVICE=${SERVICE}
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY kit kit
COPY proto proto
COPY gateway gateway
COPY services services
USER node
EXPOSE 4000
# The types are stripped by Node itself; exec makes Node process 1, so that it gets the signals.
CMD ["/bin/sh", "-c", "exec node ${SERVICE}/src/main.ts"]
