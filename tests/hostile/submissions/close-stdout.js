import fs from 'node:fs'; fs.closeSync(1); export default () => 'x'
