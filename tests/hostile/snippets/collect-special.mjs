// Everything in a workspace that is not a plain file, or lies about what it is. Argument: what to make.
import fs from 'node:fs';

const make = {
  links() {
    fs.symlinkSync('/etc/passwd', 'absolute');
    fs.symlinkSync('../../../../etc/passwd', 'upwards');
    fs.symlinkSync('/proc/self/environ', 'proc');
    fs.symlinkSync('loop', 'loop');
    fs.symlinkSync('/etc', 'etc');
    fs.symlinkSync('/proc/1', 'init');
    fs.mkdirSync('real');
    fs.writeFileSync('real/file', 'mine');
    fs.symlinkSync('real', 'alias');
  },
  hard() {
    fs.writeFileSync('one', 'x');
    fs.linkSync('one', 'two');
    fs.writeFileSync('single', 'fine');
  },
  modes() {
    fs.writeFileSync('secret', 'x', { mode: 0 });
    fs.mkdirSync('closed');
    fs.writeFileSync('closed/inside', 'x');
    fs.chmodSync('closed', 0);
    fs.writeFileSync('open', 'fine');
  },
  names() {
    fs.writeFileSync('line\nbreak', 'x');
    fs.writeFileSync(Buffer.from('bad\xff', 'latin1'), 'x');
    fs.writeFileSync('\x1b[2Jscreen', 'x');
    fs.mkdirSync('dir\nwith');
    fs.writeFileSync('dir\nwith/file', 'x');
    fs.writeFileSync(' ', 'a space is a name');
    fs.writeFileSync('a'.repeat(255), 'long');
  },
  sparse() {
    fs.writeFileSync('huge', '');
    let size = 2 ** 40;
    for (;; size /= 2) {
      try {
        fs.truncateSync('huge', size);
        break;
      } catch (error) {
        if (error.code !== 'EFBIG') throw error;
      }
    }
    console.log(size);
    fs.writeFileSync('small', 'fits');
  },
  deep() {
    let depth = 0;
    for (; depth < 4000; ++depth) {
      fs.mkdirSync('d');
      process.chdir('d');
    }
    fs.writeFileSync('bottom', 'x');
    console.log(depth);
  },
  wide() {
    let files = 0;
    try {
      for (;; ++files) fs.writeFileSync('f' + 'x'.repeat(240) + files, '');
    } catch (error) {
      console.log(error.code, files > 4000);
    }
  },
  masses() {
    // As many things that are refused as there can be.
    let links = 0;
    try {
      for (;; ++links) fs.symlinkSync('/nowhere', '\n'.repeat(200) + links);
    } catch (error) {
      console.log(error.code, links > 4000);
    }
  },
  held() {
    // Descriptors, mappings and a deleted file: nothing of it survives the end.
    const file = fs.openSync('held', 'w+');
    fs.writeSync(file, 'content');
    fs.writeFileSync('gone', 'x');
    fs.openSync('gone', 'r');
    fs.unlinkSync('gone');
    process.kill(process.pid, 'SIGKILL');
  },
};
make[process.argv[2]]();
