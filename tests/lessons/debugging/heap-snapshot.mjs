// A leak, found by comparing two heap snapshots: which kind of object is there more of after the same work, and who holds it?
// heap-after.heapsnapshot can be loaded in the Memory tab of Chrome's developer tools.
import { readFileSync } from 'node:fs';
import { writeHeapSnapshot } from 'node:v8';

class Visitor {
  constructor(name) {
    this.name = name;
  }
}
class VisitorLog {
  entries = new Map(); // the leak: nobody ever deletes
}
class Request {
  constructor(visitor) {
    this.visitor = visitor;
  }
}

const log = new VisitorLog();
const handle = (n) => {
  const request = new Request(new Visitor(`visitor ${n}`));
  log.entries.set(n, request.visitor);
  return request.visitor.name.length;
};

// A snapshot is JSON: nodes and edges, each a few numbers in one long array.
const countByClass = (file) => {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(file, 'utf8'));
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name] = [fields.indexOf('type'), fields.indexOf('name')];
  const counts = new Map();
  for (let i = 0; i < nodes.length; i += fields.length) {
    if (types[type][nodes[i + type]] !== 'object') continue;
    const className = strings[nodes[i + name]];
    counts.set(className, (counts.get(className) ?? 0) + 1);
  }
  return counts;
};

handle(0);
const before = countByClass(writeHeapSnapshot('heap-before.heapsnapshot'));
for (let n = 1; n <= 1000; n++) handle(n);
const after = countByClass(writeHeapSnapshot('heap-after.heapsnapshot'));

for (const name of ['Request', 'Visitor', 'VisitorLog']) {
  console.log(name.padEnd(10), before.get(name) ?? 0, '->', after.get(name) ?? 0);
}
const grown = [...after].filter(([name, count]) => count - (before.get(name) ?? 0) >= 1000).map(([name]) => name);
console.log('grew by a thousand:', grown);
