// Express and its cors middleware, as their documentation has it; `origin` is a
// function over a Set, which is faster than an array. Reads the exact origins
// from the file it is given, one a line. Prints `listening PORT`.
// Tested by tests/bench/http_smoke_test.py.
'use strict';

const fs = require('node:fs');
const cors = require('cors');
const express = require('express');

const exact = new Set(fs.readFileSync(process.argv[2], 'utf8').split('\n'));
const tenant = /^https:\/\/[a-z0-9.-]+\.tenants\.example\.com$/;

const app = express();
app.disable('x-powered-by');
app.use(cors({
  origin: (origin, done) =>
    done(null, exact.has(origin) || tenant.test(origin)),
  credentials: true,
  methods: ['GET', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: ['content-type', 'authorization', 'x-csrf'],
  maxAge: 7200,
}));
app.use((request, response) => {
  response.status(200).set('Content-Length', '0').end();
});

const server = app.listen(0, '127.0.0.1', 4096, () => {
  console.log(`listening ${server.address().port}`);
});
server.keepAliveTimeout = 3_600_000;
server.headersTimeout = 3_600_000;
server.requestTimeout = 0;
