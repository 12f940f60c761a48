await new Promise(() => {}); export default () => 'x'
