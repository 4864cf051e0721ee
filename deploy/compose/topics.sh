#!/bin/sh
# Creates the topics; what exists already is left as it is.
set -eu
topics="/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic"
day=86400000
$topics oplog-backup --partitions 16 --config retention.ms=$((2 * day)) \
  --config max.message.bytes=18874368 --config unclean.leader.election.enable=false
for topic in oplog-segments snapshots snapshot-status restore-status drill-status; do
  $topics $topic --partitions 1 --config cleanup.policy=compact
done
for topic in snapshot-requests restore-requests drill-requests; do
  $topics $topic --partitions 1
done
# The monitor reads back what it raised, and drills count as restore tests, for longer than a month.
for topic in backup-alerts topology-events drill-results; do
  $topics $topic --partitions 1 --config retention.ms=$((90 * day))
done
