for (const signal of ['SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGCHLD', 'SIGSEGV', 'SIGSYS']) {
  try {
    process.kill(1, signal);
  } catch {}
}
setTimeout(() => console.log('init is still there'), 200);
