#!/bin/sh
# Initiates a replica set and creates its users. Shares the network of the first member, because the first user can be
# created over the loopback interface only. Does nothing that is done already.
#   SET      name of the set
#   MEMBERS  host:port of its members, separated by spaces
#   ADMIN_PASSWORD; TIDEMARK_PASSWORD and DRILL_PASSWORD where these users are wanted
set -eu
exec mongosh --quiet --nodb --eval '
  const set = process.env.SET;
  const members = process.env.MEMBERS.split(" ");
  const admin = new Mongo("mongodb://127.0.0.1:27017/?directConnection=true").getDB("admin");
  const initiated = admin.hello().setName !== undefined;
  if (!initiated) {
    const reply = admin.adminCommand({ replSetInitiate: {
      _id: set, members: members.map((host, i) => ({ _id: i, host: host, priority: i === 0 ? 2 : 1 })) } });
    if (reply.ok !== 1) { throw new Error("the set was not initiated: " + reply.errmsg); }
  }
  for (let i = 0; !admin.hello().isWritablePrimary; i++) {
    if (i === 120) { throw new Error("this member did not become primary"); }
    sleep(500);
  }
  try {
    admin.createUser({ user: "admin", pwd: process.env.ADMIN_PASSWORD, roles: ["root"] });
  } catch (e) {
    // Neither a second first user nor a second one of the name: the users are there.
    if (e.code !== 13 && e.code !== 51003) { throw e; }
  }
  admin.auth("admin", process.env.ADMIN_PASSWORD);
  if (process.env.TIDEMARK_PASSWORD && admin.getUser("tidemark") === null) {
    admin.createUser({ user: "tidemark", pwd: process.env.TIDEMARK_PASSWORD,
      roles: ["backup", "clusterMonitor", "readAnyDatabase", { role: "read", db: "local" }] });
  }
  if (process.env.DRILL_PASSWORD && admin.getUser("drill") === null) {
    admin.createUser({ user: "drill", pwd: process.env.DRILL_PASSWORD,
      roles: ["readWriteAnyDatabase", "dbAdminAnyDatabase"] });
  }
  print("replica set " + set + " is ready");
'
