import request from 'supertest'; import sinon from 'sinon'; import app from '../sum.js';
it('query', async () => { await request(app).get('/?a[b]=1&c=2').expect(200, { a: { b: '1' }, c: '2' }); });
it('text', async () => { await request(app).get('/text').expect(200, 'a%5Bb%5D=1'); });
it('query()', async () => { await request(app).get('/').query({ x: { y: 2 } }).expect(200, { x: { y: '2' } }); });
it('form', async () => { await request(app).post('/').type('form').send({ a: 'b', c: ['1'] }).expect(200, { a: 'b', c: '1' }); });
it('sinon', () => { const s = sinon.spy(); s(1); sinon.assert.calledWith(s, 1); });
