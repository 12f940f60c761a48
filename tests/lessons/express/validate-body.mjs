// A schema in front of a handler: Joi checks the body, fills in defaults, and drops what nobody asked for.
import express from 'express';
import Joi from 'joi';
import request from 'supertest';

const newProduct = Joi.object({
  name: Joi.string().trim().min(3).required(),
  price: Joi.number().positive().precision(2).required(),
  tags: Joi.array().items(Joi.string()).default([]),
});

const body = (schema) => (req, res, next) => {
  const { value, error } = schema.validate(req.body, { abortEarly: false, stripUnknown: true });
  if (error) return res.status(422).json(error.details.map(({ message }) => message));
  req.body = value;
  next();
};

const app = express();
app.use(express.json());
app.post('/products', body(newProduct), (req, res) => res.status(201).json(req.body));

const attempts = [
  { name: '  Keyboard ', price: '49.90', isAdmin: true },
  { name: 'PC', price: -1, tags: ['a', 2] },
  {},
];
for (const attempt of attempts) {
  const response = await request(app).post('/products').send(attempt);
  console.log(response.status, response.body);
}
