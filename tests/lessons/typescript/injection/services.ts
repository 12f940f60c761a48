import { injectable } from './container.ts';

@injectable
export class Clock {
  now(): string {
    return '12:00';
  }
}

@injectable
export class Log {
  readonly lines: string[] = [];
  constructor(private readonly clock: Clock) {}

  write(text: string): void {
    this.lines.push(`${this.clock.now()} ${text}`);
  }
}
