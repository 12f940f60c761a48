export default () => NaN
