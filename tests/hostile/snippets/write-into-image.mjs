// Every way to leave something behind in the image.
import fs from 'node:fs';
const attempt = (name, action) => {
  try {
    action();
    console.log(name, 'done');
  } catch (error) {
    console.log(name, error.code);
  }
};
attempt('mkdir', () => fs.mkdirSync('/usr/mark'));
attempt('create', () => fs.writeFileSync('/usr/bin/mark', ''));
attempt('unlink', () => fs.unlinkSync('/usr/bin/node'));
attempt('rename', () => fs.renameSync('/usr/bin/node', '/usr/bin/other'));
attempt('symlink', () => fs.symlinkSync('/tmp', '/etc/mark'));
