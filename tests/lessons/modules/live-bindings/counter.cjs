module.exports = {
  count: 0,
  increment() {
    this.count += 1;
  },
};
