// Try again, and wait twice as long each time; but only for errors that can pass.
import { setTimeout as sleep } from 'node:timers/promises';

class HttpError extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
  get isTemporary() {
    return this.status === 429 || this.status >= 500;
  }
}

const retry = async (work, { attempts = 4, firstDelay = 10 } = {}) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!error.isTemporary || attempt === attempts) throw error;
      const delay = firstDelay * 2 ** (attempt - 1);
      console.log(`attempt ${attempt}: ${error.message}; again in ${delay} ms`);
      await sleep(delay);
    }
  }
};

const answering = (...statuses) => async (attempt) => {
  const status = statuses[attempt - 1];
  if (status !== 200) throw new HttpError(status);
  return `fine after ${attempt} attempts`;
};

console.log(await retry(answering(503, 429, 200)));
await retry(answering(404)).catch(({ message }) => console.log('at once:', message));
await retry(answering(500, 500), { attempts: 2 }).catch(({ message }) => console.log('in the end:', message));
