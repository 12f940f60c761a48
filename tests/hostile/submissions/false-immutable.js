export default () => ({ '@@__IMMUTABLE_KEYED__@@': true, '@@__IMMUTABLE_SET__@@': true, size: 2, has: () => true, [Symbol.iterator]: function* () {}, equals: () => true })
