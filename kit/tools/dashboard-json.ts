interface Panel {
  title: string;
  /** Expressions of Prometheus by the legend of their lines. */
  lines: Readonly<Record<string, string>>;
  unit?: 's' | 'reqps' | 'percentunit' | 'bytes' | 'short' | 'dtdurations';
  /** One number instead of lines. */
  kind?: 'stat' | 'timeseries';
}

export interface Dashboard {
  uid: string;
  title: string;
  /** A choice at the top: name of the variable and the expression whose values of that label it offers. */
  variable?: { name: string; of: string };
  from?: string;
  panels: readonly Panel[];
}

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const [WIDTH, HEIGHT] = [12, 8];

function panel({ title, lines, unit = 'short', kind = 'timeseries' }: Panel, n: number): object {
  const targets = Object.entries(lines).map(([legendFormat, expr], line) => ({
    refId: String.fromCharCode(65 + line),
    datasource: SOURCE,
    expr,
    legendFormat,
  }));
  return {
    id: n + 1,
    type: kind,
    title,
    datasource: SOURCE,
    gridPos: { x: (n % 2) * WIDTH, y: Math.floor(n / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: {},
    targets,
  };
}

/** A dashboard as Grafana reads it, schema version 39. */
export function dashboardJson({ uid, title, variable, from = 'now-6h', panels }: Dashboard): object {
  const chosen = variable && {
    name: variable.name,
    type: 'query',
    datasource: SOURCE,
    query: `label_values(${variable.of}, ${variable.name})`,
    refresh: 2,
    sort: 1,
  };
  const datasource = { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' };
  return {
    uid,
    title,
    tags: ['veche'],
    schemaVersion: 39,
    editable: false,
    timezone: 'browser',
    refresh: '30s',
    time: { from, to: 'now' },
    templating: { list: [datasource, ...(chosen ? [chosen] : [])] },
    annotations: { list: [] },
    panels: panels.map(panel),
  };
}
