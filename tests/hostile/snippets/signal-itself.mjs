process.kill(process.pid, process.argv[2]);
setInterval(() => {}, 1000);
