type Class<T = object> = new (...args: any[]) => T;

// What TypeScript calls for "emitDecoratorMetadata"; the package reflect-metadata has it all.
const types = new WeakMap<object, Class[]>();
(Reflect as any).metadata = (key: string, value: Class[]) => (target: object) => {
  if (key === 'design:paramtypes') types.set(target, value);
};

const instances = new Map<Class, object>();

export function injectable(Class: Class): void {
  console.log(`${Class.name} needs`, (types.get(Class) ?? []).map((type) => type.name));
}

// Makes what a constructor asks for by the types of its parameters, and that first.
export function make<T extends object>(Class: Class<T>): T {
  if (!instances.has(Class)) instances.set(Class, new Class(...(types.get(Class) ?? []).map((type) => make(type))));
  return instances.get(Class) as T;
}
