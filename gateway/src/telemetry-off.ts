// Read by the Apollo packages when they are loaded, so it must be set before any of them is imported.
process.env.APOLLO_TELEMETRY_DISABLED = '1';
