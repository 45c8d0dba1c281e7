# For the public audit of federation gateways (README of the gateway): starts this gateway over the supergraph of one suite.
# The limits for clients are no subject of the audit.
cd "$(dirname "$0")" || exit
graph="${TMPDIR:-/tmp}/federation-audit.graphql"
curl -sf "http://localhost:4200/$1/supergraph" -o "$graph" || exit
export SUPERGRAPH_FILE="$graph" HOST=127.0.0.1 PORT=4000 PUBLIC_CACHE=off GRAPHQL_INTROSPECTION=true
export TOKEN_ISSUER=http://127.0.0.1:1/realms/veche TOKEN_JWKS_URL=http://127.0.0.1:1/certs
export GRAPHQL_MAX_DEPTH=1000 GRAPHQL_MAX_ALIASES=1000 GRAPHQL_MAX_ROOT_FIELDS=1000 GRAPHQL_MAX_COST=1000000000
export GRAPHQL_MAX_TOKENS=100000 GRAPHQL_MAX_LENGTH=1000000
exec ../../../node_modules/node/bin/node ../../src/main.ts
