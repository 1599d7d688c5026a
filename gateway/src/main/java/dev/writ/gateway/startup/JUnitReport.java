package dev.writ.gateway.startup;

import dev.writ.rules.BundleProblem;
import dev.writ.rules.CaseResult;
import dev.writ.rules.CaseRun;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results of cases in the XML of JUnit, which CI servers read. A bundle is a suite; one that does not compile has errors. */
final class JUnitReport {

    private final XMLStreamWriter xml;

    private JUnitReport(XMLStreamWriter xml) {
        this.xml = xml;
    }

    static void write(Path file, List<Tested> tested) throws IOException {
        Optional<Path> parent = Optional.ofNullable(file.toAbsolutePath().getParent());
        if (parent.isPresent()) {
            Files.createDirectories(parent.get());
        }
        try (Writer out = Files.newBufferedWriter(file)) {
            new JUnitReport(XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out)).suites(tested);
        } catch (XMLStreamException impossible) {
            throw new IOException("the file " + file + " cannot be written", impossible);
        }
    }

    private void suites(List<Tested> tested) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        start(
                "testsuites",
                "writ policy test",
                tested.stream().mapToInt(one -> one.cases().size()).sum(),
                tested.stream().mapToLong(Tested::failed).sum(),
                tested.stream().mapToInt(one -> one.problems().size()).sum());
        for (Tested one : tested) {
            suite(one);
        }
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.flush();
    }

    private void start(String element, String name, int cases, long failures, int errors) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("name", name);
        attribute("tests", Integer.toString(cases + errors));
        attribute("failures", Long.toString(failures));
        attribute("errors", Integer.toString(errors));
    }

    private void suite(Tested tested) throws XMLStreamException {
        String name = tested.name();
        Path folder = tested.folder();
        start(
                "testsuite",
                name,
                tested.cases().size(),
                tested.failed(),
                tested.problems().size());
        attribute("skipped", "0");
        for (BundleProblem problem : tested.problems()) {
            testcase(name, folder, problem.file(), problem.line(), "compiles");
            told("error", problem.toString());
        }
        for (CaseRun run : tested.cases()) {
            CaseResult result = run.result();
            testcase(name, folder, result.file(), result.line(), result.name());
            if (result instanceof CaseResult.Failed failed) {
                told("failure", failed.reason());
            } else {
                xml.writeEndElement();
            }
        }
        xml.writeEndElement();
    }

    private void testcase(String bundle, Path folder, String file, int line, String name) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute("classname", bundle + "." + file.replace('/', '.'));
        attribute("name", name);
        attribute("file", folder.resolve(file).toString());
        attribute("line", Integer.toString(line));
    }

    private void told(String element, String message) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("message", message);
        xml.writeCharacters(printable(message));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, printable(value));
    }

    /** Without what XML 1.0 cannot hold. */
    private static String printable(String text) {
        return text.codePoints()
                .map(point -> isAllowed(point) ? point : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isAllowed(int point) {
        return point == '\t'
                || point == '\n'
                || (point >= 0x20 && point < 0xD800)
                || (point >= 0xE000 && point < 0xFFFE)
                || point >= 0x10000;
    }
}
