package dev.writ.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a log of so many entries in a folder, verifies it as often as asked, and prints how long that took, on the clock and on
 * all processors together:
 *
 * <pre>{@code
 * mvn -q -pl audit/log -am -Pbenchmark-verify -DskipTests test -Dbenchmark.entries=1000000 -Dbenchmark.bytes=1024
 * }</pre>
 *
 * <p>Leaves are decisions as a gateway writes them, with two keys, a topic and an input, padded to that many bytes. The folder
 * must not be there yet, and is deleted at the end. {@code -Dbenchmark.heap=128m} shows that memory is bounded.
 */
final class StaticLogBenchmark {

    private static final String INDEX = "@index@@";

    private StaticLogBenchmark() {}

    public static void main(String... args) throws IOException {
        long size = Long.parseLong(args[0]);
        String[] leaf = leaf(Integer.parseInt(args[1])).split(INDEX, -1);
        int passes = Integer.parseInt(args[2]);
        Path folder = Files.createDirectory(Path.of(args[3]));
        try {
            LogSigner signer = LogSigner.generate("example.com/benchmark", new SecureRandom());
            FolderLog.write(folder, signer, size, index -> leaf(leaf, index));
            for (int pass = 1; pass <= passes; pass++) {
                verify(pass, folder, signer.verifierKey());
            }
        } finally {
            delete(folder);
        }
    }

    private static void verify(int pass, Path folder, LogVerifierKey key) {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long processors = machine.getProcessCpuTime();
        long start = System.nanoTime();
        VerifyResult result =
                StaticLogVerifier.verify(TileSource.folder(folder), key, StaticLogVerifier.Options.DEFAULT);
        double seconds = (System.nanoTime() - start) / 1e9;
        double busy = (machine.getProcessCpuTime() - processors) / 1e9;
        long size = result.fold(VerifyResult.Intact::size, broken -> {
            throw new IllegalStateException(broken.what());
        });
        System.out.printf(
                Locale.ROOT,
                "pass %d: %,d leaves intact in %.1f s: %,.0f/s; %.1f s of processors: %,.0f/s for each; heap at most %d MiB%n",
                pass,
                size,
                seconds,
                size / seconds,
                busy,
                size / busy,
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private static byte[] leaf(String[] parts, long index) {
        return String.join(String.format(Locale.ROOT, "%0" + INDEX.length() + "d", index), parts)
                .getBytes(UTF_8);
    }

    private static String leaf(int bytes) {
        List<JsonValue> verdicts = new ArrayList<>();
        int length = text("", verdicts).length();
        while (length + 200 < bytes) {
            verdicts.add(JsonObject.builder()
                    .put("effect", "allow")
                    .put("matched", new JsonArray(List.of(JsonNumber.of(verdicts.size() + 4711))))
                    .put("reason", "at most 3 refunds a day, and 500 \u20ac each")
                    .put("rule", "refunds/at-most-" + verdicts.size())
                    .build());
            length = text("", verdicts).getBytes(UTF_8).length;
        }
        if (length > bytes) {
            throw new IllegalArgumentException("the smallest leaf has " + length + " bytes");
        }
        return text("x".repeat(bytes - length), verdicts);
    }

    private static String text(String padding, List<JsonValue> verdicts) {
        Entry entry = new Entry(
                "DECIDED",
                Instant.parse("2026-01-02T03:04:05.123456Z"),
                List.of("decided/" + INDEX + "/0", "client/agent-7/" + INDEX),
                Set.of("identity/agent-7/-"),
                Map.of(Column.AGENT, "agent-7", Column.TOOL, "bank.transfer", Column.VERDICT, "allow"),
                JsonObject.builder()
                        .put("reason", padding)
                        .put("verdicts", new JsonArray(verdicts))
                        .build(),
                "agent/agent-7",
                List.of());
        Leaf leaf = Leaf.of(entry, Map.of("facts", new Commitment(Digest.of(new byte[] {7}))));
        return new String(leaf.bytes(), UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
