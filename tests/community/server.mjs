// TimescaleDB community edition (compiled to WebAssembly) behind a TCP port, for tests.
//
// The engine is one single backend. Clients share it transaction by transaction: whoever has one
// open keeps the engine until it ends. A client's startup options are applied again whenever the
// engine comes to it. There is no login, no cancelling, no background job, and advisory locks are
// shared by all clients, so nothing about locking can be tested here.
//
// Usage: node server.mjs PORT FOLDER

import net from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { timescaledb } from '@electric-sql/pglite/timescaledb'

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const CANCEL_REQUEST = 80877102
const COPY_IN = /^\s*copy\s[\s\S]*\sfrom\s+stdin/i

// Rights can only be granted on a database of its own, and one is opened only when it exists.
const [port, folder] = process.argv.slice(2)
const first = await PGlite.create(folder)
await first.exec('create database vitals')
await first.close()
const engine = await PGlite.create(folder, { extensions: { timescaledb }, database: 'vitals' })
await engine.exec("load 'timescaledb'")
await engine.exec('create extension if not exists timescaledb')

let owner = null       // the client whose settings are in force
let status = 'I'       // idle, in a transaction, or in a failed one
let busy = false
let tasks = []         // {client, work} in order of arrival
let clients = 0

// Do what is next: inside a transaction only what its owner asks for.
async function pump() {
  if (busy) return
  busy = true
  for (;;) {
    const at = tasks.findIndex(({ client }) => status === 'I' || client === owner)
    if (at < 0) break
    const [{ work }] = tasks.splice(at, 1)
    await work()
  }
  busy = false
}

function enqueue(client, work) {
  tasks.push({ client, work })
  pump().catch((error) => {
    console.error(error)
    process.exit(70)  // a broken engine answers nothing any more
  })
}

const message = (type, body = Buffer.alloc(0)) => {
  const head = Buffer.alloc(5)
  head.write(type, 0)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const text = (...words) => Buffer.from(words.map((word) => word + '\0').join(''))
const authenticated = () => Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  ...[['server_version', '17.5'], ['server_encoding', 'UTF8'], ['client_encoding', 'UTF8'],
    ['DateStyle', 'ISO, MDY'], ['integer_datetimes', 'on'], ['TimeZone', 'UTC'],
    ['standard_conforming_strings', 'on']].map((pair) => message('S', text(...pair))),
  message('K', Buffer.alloc(8)),
  message('Z', Buffer.from('I')),
])

// The transaction status in the last ReadyForQuery of an answer: idle, in transaction, failed.
function lastStatus(answer) {
  let found = status
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    if (answer[at] === 0x5a) found = String.fromCharCode(answer[at + 5])
  }
  return found
}

// `options=-c name=value ...` of the startup message as SET statements.
function startupSettings(body) {
  const words = body.toString('utf8').split('\0')
  const options = words[words.indexOf('options') + 1] ?? ''
  if (!words.includes('options')) return ''
  const found = [...options.matchAll(/-c\s*([\w.]+)=((?:\\.|\S)*)/g)]
  // Roles exist here, but the one user may act as any of them only as itself.
  return found.filter(([, name]) => name !== 'role')
    .map(([, name, value]) => `set ${name} = '${value.replace(/\\(.)/g, '$1').replace(/'/g, "''")}';`)
    .join('')
}

class Client {
  constructor(socket) {
    this.socket = socket
    this.id = ++clients
    this.settings = ''
    this.started = false
    this.buffer = Buffer.alloc(0)
    this.batch = []
    this.copy = null
    socket.on('data', (data) => this.receive(data))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.leave())
  }

  receive(data) {
    this.buffer = Buffer.concat([this.buffer, data])
    while (this.step()) { /* every whole message */ }
  }

  step() {
    const offset = this.started ? 1 : 0
    if (this.buffer.length < offset + 4) return false
    const length = this.buffer.readInt32BE(offset) + offset
    if (this.buffer.length < length) return false
    const packet = this.buffer.subarray(0, length)
    this.buffer = this.buffer.subarray(length)
    if (this.started) this.dispatch(String.fromCharCode(packet[0]), Buffer.from(packet))
    else this.startup(packet)
    return true
  }

  startup(packet) {
    const code = packet.readInt32BE(4)
    if (code === SSL_REQUEST || code === GSS_REQUEST) return this.socket.write('N')
    if (code === CANCEL_REQUEST) return this.socket.destroy()
    this.settings = startupSettings(packet.subarray(8))
    this.started = true
    this.socket.write(authenticated())
  }

  dispatch(type, packet) {
    if (type === 'X') return this.socket.end()
    if (this.copy) return this.receiveCopy(type, packet)
    if (type === 'Q') {
      const sql = packet.subarray(5, -1).toString('utf8')
      if (COPY_IN.test(sql)) return this.beginCopy(sql)
      return this.run(packet)
    }
    this.batch.push(this.named(type, packet))
    if (type === 'S' || type === 'H') {
      this.run(Buffer.concat(this.batch))
      this.batch = []
    }
  }

  // Prepared statements and portals of all clients live in one engine: give them the client's name.
  named(type, packet) {
    if (!'PBDEC'.includes(type)) return packet
    const skip = type === 'D' || type === 'C' ? 6 : 5
    const names = type === 'B' ? 2 : 1
    let at = skip
    const parts = [packet.subarray(5, skip)]
    for (let i = 0; i < names; i++) {
      const end = packet.indexOf(0, at)
      const name = packet.subarray(at, end).toString()
      parts.push(text(name && `c${this.id}_${name}`))
      at = end + 1
    }
    return message(type, Buffer.concat([...parts, packet.subarray(at)]))
  }

  beginCopy(sql) {
    this.copy = { sql, parts: [] }
    this.socket.write(message('G', Buffer.from([/binary/i.test(sql) ? 1 : 0, 0, 0])))
  }

  receiveCopy(type, packet) {
    if (type === 'd') this.copy.parts.push(packet.subarray(5))
    if (type === 'c' || type === 'f') {
      const { sql, parts } = this.copy
      this.copy = null
      const query = sql.replace(/from\s+stdin/i, "from '/dev/blob'")
      this.run(message('Q', text(query)), new Blob(parts))
    }
  }

  run(packet, blob) {
    enqueue(this, () => this.execute(packet, blob))
  }

  async execute(packet, blob) {
    if (owner !== this) {
      await engine.exec(`reset all; reset role; set search_path to "$user", public; set timezone to 'UTC'; ${this.settings}`)
      owner = this
    }
    if (blob) await engine._handleBlob(blob)
    const answer = Buffer.from(await engine.execProtocolRaw(new Uint8Array(packet)))
    if (blob) await engine._cleanupBlob()
    status = lastStatus(answer)
    this.socket.write(answer)
  }

  leave() {
    tasks = tasks.filter(({ client }) => client !== this)
    enqueue(this, async () => {
      if (owner !== this) return
      if (status !== 'I') await engine.exec('rollback')
      status = 'I'
      owner = null
    })
  }
}

const server = net.createServer({ noDelay: true }, (socket) => new Client(socket))
server.listen(Number(port), '127.0.0.1', () => console.log(`ready ${server.address().port}`))
process.on('SIGTERM', async () => { await engine.close(); process.exit(0) })
