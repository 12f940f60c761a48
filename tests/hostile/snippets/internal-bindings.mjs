// The back door to Node's insides gives no way around the kernel.
try {
  process.binding('fs').open('/etc/shadow', 0, 0);
  console.log('opened');
} catch (error) {
  console.log(error.code ?? error.name);
}
