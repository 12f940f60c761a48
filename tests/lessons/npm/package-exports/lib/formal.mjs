export const greet = (name) => `Good evening, ${name}.`;
