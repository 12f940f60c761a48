import { getInfo, ServiceError, type Info } from './api.ts';
import { announce } from './announcer.ts';
import { byId } from './dom.ts';
import { describeOutage } from './words.ts';

export type ServiceState = 'unknown' | 'ready' | 'disabled' | 'unavailable';

const banner = byId('service', HTMLElement);
const heading = byId('service-heading', HTMLElement);
const details = byId('service-details', HTMLElement);
const again = byId('service-again', HTMLButtonElement);

const shortest = 1000;
const longest = 10_000;

/** Whether programs can be run, and a banner that says so while they cannot. It notices by itself when they can again. */
export class Service {
  readonly #ready: (info: Info & { enabled: true }) => void;
  #state: ServiceState = 'unknown';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = shortest;
  #asking = false;

  constructor(ready: (info: Info & { enabled: true }) => void) {
    this.#ready = ready;
    again.addEventListener('click', () => void this.ask());
    addEventListener('online', () => this.#state !== 'ready' && void this.ask());
    document.addEventListener('visibilitychange', () => !document.hidden && this.#state !== 'ready' && void this.ask());
    void this.ask();
  }

  get state(): ServiceState {
    return this.#state;
  }

  /** A run has shown that the service is not what it was. */
  failed(error: ServiceError): void {
    this.#delay = shortest;
    if (error.code === 'DISABLED') this.#show('disabled', error.message);
    else this.#show('unavailable', describeOutage(error));
  }

  async ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    try {
      const info = await getInfo();
      if (info.enabled) {
        this.#show('ready', '');
        this.#ready(info);
      } else {
        this.#show('disabled', info.message);
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.#show('unavailable', describeOutage(error));
    } finally {
      this.#asking = false;
    }
  }

  #show(state: ServiceState, message: string): void {
    const before = this.#state;
    this.#state = state;
    clearTimeout(this.#timer);
    banner.hidden = state === 'ready';
    banner.dataset.state = state;
    details.textContent = message;
    if (state === 'ready') {
      this.#delay = shortest;
      if (before === 'unavailable' || before === 'disabled') announce('Programs can be run again.');
      return;
    }
    heading.textContent =
      state === 'disabled' ? 'Running programs is switched off here' : 'Programs cannot be run just now';
    again.hidden = state === 'disabled';
    if (before !== state) announce(`${heading.textContent}. ${message}`);
    this.#timer = setTimeout(() => void this.ask(), this.#delay);
    this.#delay = Math.min(this.#delay * 1.5, longest);
  }
}
