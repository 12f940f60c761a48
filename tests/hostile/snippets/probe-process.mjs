// Is there a process with this number?
try {
  process.kill(Number(process.argv[2]), 0);
  console.log('mine');
} catch (error) {
  console.log(error.code);
}
