package dev.writ.rules;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Goes through the elements of a workbook's part. There are no document types, so no entities; what is in a namespace other than
 * that of workbooks is passed over.
 */
final class WorkbookXml {

    private static final Set<String> NAMESPACES = Set.of(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
            "http://schemas.openxmlformats.org/package/2006/relationships");

    private final String file;
    private final String part;
    private final XMLStreamReader reader;

    private WorkbookXml(String file, String part, XMLStreamReader reader) {
        this.file = file;
        this.part = part;
        this.reader = reader;
    }

    static WorkbookXml of(String file, String part, byte[] content) {
        try {
            return new WorkbookXml(
                    file, part, factory().createXMLStreamReader(new ByteArrayInputStream(content), "UTF-8"));
        } catch (XMLStreamException malformed) {
            throw broken(file, part);
        }
    }

    private static XMLInputFactory factory() {
        // The JDK's own, whatever else is on the class path.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }

    /** The name of the next element that starts; empty at the end. Texts between are passed over. */
    Optional<String> next() {
        try {
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw refused("a document type or entity is not allowed");
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    if (NAMESPACES.contains(String.valueOf(reader.getNamespaceURI()))) {
                        return Optional.of(reader.getLocalName());
                    }
                    skip();
                }
            }
            return Optional.empty();
        } catch (XMLStreamException malformed) {
            throw broken(file, part);
        }
    }

    private void skip() throws XMLStreamException {
        for (int depth = 1; depth > 0; ) {
            int event = reader.next();
            depth += event == XMLStreamConstants.START_ELEMENT ? 1 : 0;
            depth -= event == XMLStreamConstants.END_ELEMENT ? 1 : 0;
        }
    }

    /** The text of this element, which has no others inside. */
    String text() {
        try {
            return reader.getElementText();
        } catch (XMLStreamException malformed) {
            throw broken(file, part);
        }
    }

    /** The texts of all {@code t} in this element but those of {@code rPh}, which say how others are pronounced. */
    String texts() {
        StringBuilder texts = new StringBuilder();
        try {
            for (int depth = 1; depth > 0; ) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    if (reader.getLocalName().equals("rPh")
                            || !NAMESPACES.contains(String.valueOf(reader.getNamespaceURI()))) {
                        skip();
                    } else if (reader.getLocalName().equals("t")) {
                        texts.append(reader.getElementText());
                    } else {
                        depth++;
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    depth--;
                }
            }
        } catch (XMLStreamException malformed) {
            throw broken(file, part);
        }
        return texts.toString();
    }

    /** Lets a reader see each element directly inside this one, which reads all of it; the others are passed over. */
    void children(Consumer<String> child) {
        try {
            for (int event = reader.next(); event != XMLStreamConstants.END_ELEMENT; event = reader.next()) {
                if (event == XMLStreamConstants.START_ELEMENT) {
                    if (NAMESPACES.contains(String.valueOf(reader.getNamespaceURI()))) {
                        child.accept(reader.getLocalName());
                    } else {
                        skip();
                    }
                }
            }
        } catch (XMLStreamException malformed) {
            throw broken(file, part);
        }
    }

    /** An attribute of this element, in no namespace. */
    Optional<String> attribute(String name) {
        return Optional.ofNullable(reader.getAttributeValue("", name))
                .or(() -> Optional.ofNullable(reader.getAttributeValue(null, name)));
    }

    /** The attribute {@code r:id}, whichever edition's namespace it is in. */
    String relation() {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String namespace = reader.getAttributeNamespace(i);
            if (reader.getAttributeLocalName(i).equals("id") && namespace != null && !namespace.isEmpty()) {
                return reader.getAttributeValue(i);
            }
        }
        return "";
    }

    boolean isSet(String name) {
        return attribute(name)
                .filter(value -> value.equals("1") || value.equals("true"))
                .isPresent();
    }

    boolean isUnset(String name) {
        return attribute(name)
                .filter(value -> value.equals("0") || value.equals("false"))
                .isPresent();
    }

    SyntaxException refused(String message) {
        return new SyntaxException(BundleProblem.ofFile(file, part + ": " + message));
    }

    private static SyntaxException broken(String file, String part) {
        return new SyntaxException(BundleProblem.ofFile(file, "'" + part + "' in it is missing or no XML"));
    }
}
