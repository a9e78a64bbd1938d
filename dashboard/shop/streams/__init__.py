"""Events of the shop that come by a stream of Redis or Kafka: at least once each, and kept once."""
