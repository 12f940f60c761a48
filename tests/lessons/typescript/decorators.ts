// Decorators, as the standard has them: functions that get what they decorate, and may replace it.

interface Routes {
  [path: string]: string;
}

const routes: Routes = {};

// Of a class.
function sealed(Class: Function, context: ClassDecoratorContext): void {
  console.log(`sealed: ${context.kind} ${context.name}`);
  Object.freeze(Class.prototype);
}

// Of a method: what it returns takes the method's place.
function logged<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
  context: ClassMethodDecoratorContext,
) {
  return function (this: This, ...args: Args): Result {
    const result = method.apply(this, args);
    console.log(`${String(context.name)}(${args.join(', ')}) = ${result}`);
    return result;
  };
}

// With arguments it is a function that returns a decorator; addInitializer runs when an object is made.
function get(path: string) {
  return (method: Function, context: ClassMethodDecoratorContext) => {
    context.addInitializer(function () {
      routes[path] = `${(this as object).constructor.name}.${String(context.name)}`;
    });
  };
}

// Of an accessor: both halves, and the first value.
function atLeast(minimum: number) {
  return <This>(target: ClassAccessorDecoratorTarget<This, number>): ClassAccessorDecoratorResult<This, number> => ({
    get: target.get,
    set(value) {
      if (value < minimum) throw new RangeError(`${value} is less than ${minimum}`);
      target.set.call(this, value);
    },
  });
}

@sealed
class Shop {
  @atLeast(0) accessor stock: number = 3;

  @logged
  price(amount: number, each: number): number {
    return amount * each;
  }

  @get('/stock')
  show(): string {
    return `${this.stock} left`;
  }

  @get('/buy')
  @logged
  buy(amount: number): number {
    this.stock -= amount;
    return this.price(amount, 5);
  }
}

const shop = new Shop();
console.log('routes:', routes);
shop.buy(2);
console.log(shop.show());
try {
  shop.buy(2);
} catch (error) {
  console.log(String(error), '-', shop.show());
}
console.log('frozen:', Object.isFrozen(Shop.prototype));
