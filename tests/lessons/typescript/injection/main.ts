// Dependency injection by the types of constructors, with the older decorators that frameworks use.
import { injectable, make } from './container.ts';
import { Clock, Log } from './services.ts';

@injectable
class Greeter {
  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  greet(name: string): void {
    this.log.write(`Hello, ${name}`);
    console.log(`It is ${this.clock.now()}.`);
  }
}

make(Greeter).greet('Ada');
console.log(make(Log).lines, make(Log) === make(Log));
