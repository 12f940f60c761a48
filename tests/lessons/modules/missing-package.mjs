// A package that is not installed: the error's code tells it from an error inside the package.
const load = async (name) => {
  try {
    const module = await import(name);
    return `${name} is here, with ${typeof module.default}`;
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return `${name} is not installed`;
  }
};

console.log(await load('express'));
console.log(await load('left-pad-of-nobody'));
