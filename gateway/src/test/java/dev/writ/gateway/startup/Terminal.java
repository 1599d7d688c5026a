package dev.writ.gateway.startup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** Runs commands as a terminal does. */
record Terminal(int exitCode, String out, String err) {

    static Terminal run(Object... words) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, UTF_8));
        System.setErr(new PrintStream(complained, true, UTF_8));
        try {
            String[] arguments = new String[words.length];
            for (int i = 0; i < words.length; i++) {
                arguments[i] = words[i].toString();
            }
            int exitCode = Main.commands().execute(arguments);
            return new Terminal(exitCode, said.toString(UTF_8), complained.toString(UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    List<String> lines() {
        return out.lines().toList();
    }
}
