// Where errors go in async functions: await throws them, and a promise nobody awaits keeps them to itself.
const fail = async (message) => {
  throw new Error(message);
};

try {
  await fail('awaited');
} catch (error) {
  console.log('caught:', error.message);
}

// Without await the catch block comes too late; the error must be caught on the promise.
try {
  fail('not awaited').catch((error) => console.log('caught on the promise:', error.message));
} catch {
  console.log('never printed');
}

// `return await` inside try is not the same as `return`.
const careless = async () => {
  try {
    return fail('returned');
  } catch {
    return 'handled inside';
  }
};
const careful = async () => {
  try {
    return await fail('returned');
  } catch {
    return 'handled inside';
  }
};
console.log(await careless().catch(({ message }) => `handled outside: ${message}`));
console.log(await careful());

// Several at once: all fails with the first error, allSettled has every outcome, any fails when all do.
const jobs = () => [Promise.resolve(1), fail('second'), fail('third')];
await Promise.all(jobs()).catch(({ message }) => console.log('all:', message));
console.log('allSettled:', (await Promise.allSettled(jobs())).map(({ status }) => status).join(' '));
await Promise.any([fail('a'), fail('b')]).catch(({ name, errors }) => console.log('any:', name, errors.length));

// A new error may name the old one as its cause.
try {
  await fail('connection refused').catch((cause) => {
    throw new Error('cannot load the profile', { cause });
  });
} catch (error) {
  console.log(`${error.message}, because: ${error.cause.message}`);
} finally {
  console.log('finally runs in any case');
}
