package dev.writ.audit;

import dev.writ.model.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes a log of so many entries in a folder, verifies it, and prints how long that took and how much memory was used at most:
 *
 * <pre>{@code
 * mvn -q -pl audit/log -am -DskipTests test-compile
 * mvn -q -pl audit/log exec:java ... -Dexec.classpathScope=test -Dexec.mainClass=dev.writ.audit.StaticLogBenchmark \
 *     -Dexec.args="10000000 1024 /tmp/large-log"
 * }</pre>
 *
 * <p>Arguments: entries, bytes of each leaf (at least 200), folder. A folder that is there already is verified as it is; the key
 * is kept in it. Run it with {@code -Xmx256m} to see that memory is bounded.
 */
final class StaticLogBenchmark {

    private StaticLogBenchmark() {}

    public static void main(String... args) throws Exception {
        long size = Long.parseLong(args[0]);
        int leafBytes = Integer.parseInt(args[1]);
        Path folder = Path.of(args[2]);
        Path key = folder.resolve("private-key");
        if (!Files.exists(key)) {
            Files.createDirectories(folder);
            LogSigner signer = LogSigner.generate("example.com/benchmark", new SecureRandom());
            long start = System.nanoTime();
            FolderLog.write(folder, signer, size, index -> leaf(index, leafBytes));
            Files.writeString(key, signer.privateKey());
            System.out.printf(Locale.ROOT, "made %,d entries in %.1f s%n", size, seconds(start));
        }
        LogVerifierKey trusted = LogSigner.parse(Files.readString(key)).verifierKey();
        long start = System.nanoTime();
        VerifyResult result =
                StaticLogVerifier.verify(TileSource.folder(folder), trusted, StaticLogVerifier.Options.DEFAULT);
        double seconds = seconds(start);
        System.out.printf(
                Locale.ROOT,
                "%s%n%,.0f leaves/s, %.1f s, at most %d MiB of heap%n",
                result,
                size / seconds,
                seconds,
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static byte[] leaf(long index, int bytes) {
        byte[] bare = leaf(index, "");
        return leaf(index, "x".repeat(bytes - bare.length));
    }

    private static byte[] leaf(long index, String padding) {
        Entry entry = new Entry(
                "DECIDED",
                Instant.EPOCH.plusMillis(index),
                List.of("decided/" + index + "/0", "client/agent/" + index),
                Set.of(),
                Map.of(Column.AGENT, "agent-7", Column.TOOL, "bank.transfer", Column.VERDICT, "allow"),
                JsonObject.builder().put("reason", padding).build(),
                "",
                List.of());
        return Leaf.of(entry, Map.of()).bytes();
    }
}
