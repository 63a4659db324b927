import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Confluent's parallel-consumer, transactional and unordered; its function returns at once. */
public final class ParallelConsumerLoop {
  public static void main(String[] arguments) throws InterruptedException {
    String job = arguments[0];
    String target = field(job, "target");
    var consumer =
        new KafkaConsumer<byte[], byte[]>(
            Map.of(
                "bootstrap.servers", field(job, "bootstrap"),
                "group.id", field(job, "group"),
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var producer =
        new KafkaProducer<byte[], byte[]>(
            Map.of(
                "bootstrap.servers", field(job, "bootstrap"),
                "transactional.id", field(job, "group"),
                "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    var options =
        ParallelConsumerOptions.<byte[], byte[]>builder()
            .ordering(ProcessingOrder.UNORDERED)
            .commitMode(CommitMode.PERIODIC_TRANSACTIONAL_PRODUCER)
            .commitInterval(Duration.ofMillis(100))
            .maxConcurrency(Integer.parseInt(field(job, "concurrency")))
            .consumer(consumer)
            .producer(producer)
            .build();
    var processor = ParallelStreamProcessor.createEosStreamProcessor(options);
    processor.subscribe(List.of(field(job, "source")));
    processor.pollAndProduce(
        context -> new ProducerRecord<byte[], byte[]>(target, context.key(), context.value()));
    Runtime.getRuntime().addShutdownHook(new Thread(processor::closeDontDrainFirst));
    Thread.currentThread().join();
  }

  private static String field(String job, String name) {
    Matcher found = Pattern.compile("\"" + name + "\": \"?([^\",}]+)").matcher(job);
    if (!found.find()) {
      throw new IllegalArgumentException(name);
    }
    return found.group(1);
  }

  private ParallelConsumerLoop() {}
}
