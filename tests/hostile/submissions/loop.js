export default () => { while (true); }
