// kill(-1) spares the caller and init: it is alone, which is an error.
try {
  process.kill(-1, 'SIGKILL');
  console.log('sent');
} catch (error) {
  console.log(error.code);
}
