"""The only code that knows Faust, aiokafka and confluent-kafka."""
