exports.kind = 'a CommonJS module';
