// npm sbom --sbom-format=cyclonedx ... | node kit/tools/sbom.ts: without the project's own packages, of which an image holds some only and under its own
// version, and without what differs between two runs over the same tree.
import { text } from 'node:stream/consumers';

interface Bom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string } };
  components: { 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const foreign = (ref: string): boolean => !ref.startsWith('@veche/');

const bom = JSON.parse(await text(process.stdin)) as Bom;
delete bom.serialNumber;
delete bom.metadata.timestamp;
bom.metadata.component.name = 'veche'; // npm takes the name of the directory
const components = bom.components.filter((part) => foreign(part['bom-ref']));
const dependencies = bom.dependencies
  .filter(({ ref }) => foreign(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(foreign) }));
console.log(JSON.stringify({ ...bom, components, dependencies }));
