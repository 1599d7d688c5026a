package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

    @TempDir
    private Path folder;

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<String> gone = new CompletableFuture<>();

    @Test
    void isGoneOnlyOnceItsLastWordsWereHeard() throws Exception {
        ChildProcess child = start("exec >&-; sleep 0.3; echo 'no such module' >&2; exit 1");

        assertThat(gone.get(60, TimeUnit.SECONDS)).isEqualTo("the program ended");
        assertThat(child.errors()).containsExactly("no such module");
    }

    @Test
    void isGoneAfterItsLastAnswerAlsoIfItsErrorsEndedBefore() throws Exception {
        start("exec 2>&-; sleep 0.1; echo '{\"a\":1}'; exit 0");

        assertThat(gone.get(60, TimeUnit.SECONDS)).isEqualTo("the program ended");
        assertThat(heard).containsExactly("{\"a\":1}");
    }

    @Test
    void isGoneAlsoIfWhatItStartedHoldsItsOutputOpen() throws Exception {
        start("sleep 60 & echo started; exit 1");

        assertThat(gone.get(30, TimeUnit.SECONDS)).isEqualTo("the program ended");
        assertThat(heard).containsExactly("started");
    }

    private ChildProcess start(String script) throws Exception {
        Endpoint.Command command = new Endpoint.Command(List.of("/bin/sh", "-c", script), folder, Map.of(), Map.of());
        return ChildProcess.start(command, "test", 1024, new ChildProcess.Ear() {
            @Override
            public void line(byte[] line) {
                heard.add(new String(line, StandardCharsets.UTF_8));
            }

            @Override
            public void gone(String reason) {
                gone.complete(reason);
            }
        });
    }
}
