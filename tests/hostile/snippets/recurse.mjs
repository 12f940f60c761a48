const recurse = () => recurse() + 1;
try {
  recurse();
} catch (error) {
  console.log(error.name);
}
