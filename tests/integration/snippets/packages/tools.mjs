import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

export default {
  dotenv(dotenv) {
    writeFileSync('.env', 'GREETING="hello there"\n# not this\nPORT=8080\n');
    const processEnv = {};
    assert.equal(dotenv.config({ processEnv, quiet: true }).error, undefined);
    assert.deepEqual(processEnv, { GREETING: 'hello there', PORT: '8080' });
  },

  commander({ Command }) {
    const program = new Command().option('-p, --port <number>', 'port', Number).argument('<file>');
    program.parse(['--port', '80', 'a.txt'], { from: 'user' });
    assert.deepEqual([program.opts(), program.args], [{ port: 80 }, ['a.txt']]);
    assert.match(program.helpInformation(), /--port <number>/);
  },

  chalk(chalk) {
    const colourful = new chalk.constructor({ level: 1 });
    assert.equal(colourful.red('x'), '\x1b[31mx\x1b[39m');
  },

  pino(pino) {
    const lines = [];
    const logger = pino({ base: { app: 'lesson' } }, { write: (line) => lines.push(JSON.parse(line)) });
    logger.child({ request: 7 }).warn('slow');
    logger.debug('not this');
    assert.equal(lines.length, 1);
    const { time, ...rest } = lines[0];
    assert.deepEqual(rest, { level: 40, app: 'lesson', request: 7, msg: 'slow' });
  },
};
