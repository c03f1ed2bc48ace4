import{$ as I,$a as L,A as Le,Aa as Ot,Ab as tn,B as ee,Ba as Fe,Bb as Y,C as we,Ca as He,Cb as nn,D as re,Da as O,E as Ne,Ea as Be,Eb as sn,F as tt,Fa as me,Fb as Ue,
G as Et,Ga as ze,H as k,Ha as H,I as xe,Ia as Lt,J as te,Ja as st,K as Pt,Ka as Ce,L as w,La as at,Ma as rt,N as q,Na as Dt,O as A,Oa as Wt,Pa as d,Q as x,Qa as qt,
R as nt,Ra as Se,Sa as de,T as Mt,Ta as jt,U as Tt,Ua as ne,V as g,Va as K,W as E,Wa as M,X as _t,Xa as Ee,Ya as Ft,Z as Nt,Za as b,_ as Rt,_a as S,a as f,aa as De,
ab as G,bb as T,ca as N,cb as W,d as y,db as z,e as V,ea as Bt,eb as Ke,f as Ie,g as Z,ga as P,gb as Ge,h as _e,ha as We,hb as Ht,ib as zt,j as $t,jb as Kt,ka as R,
kb as Gt,l as ve,la as $e,lb as Ut,m as Ct,mb as Jt,n as ae,nb as Qt,ob as Yt,p as Oe,pb as Vt,q as St,qa as qe,qb as it,r as B,ra as ie,s as X,sa as At,sb as Zt,
t as ye,ta as je,tb as Xt,ua as Re,ub as U,vb as pe,wa as t,wb as en,xa as v,xb as J,y as _,ya as It,yb as D,z as ke,za as C,zb as Q}from"./chunk.js";function Zn(){R("Backend");let e=Nt.value,n=ae.value,s=o=>(e?.namespaces??[]).reduce((l,c)=>l+o(c),0),a=s(o=>Object.values(o.counts).reduce((l,c)=>l+c[0],0)),r=e?.
handlers.lost??0,i=e?.handlers.waiting??0;return t("div",{class:"page",children:[t("header",{class:"headline",children:[t("h1",{children:"Backend"}),t("p",{class:"\
muted",children:"How this picket itself is."})]}),t("div",{class:"columns even",children:[t(S,{title:"State",children:t(L,{list:[["Version",n.version],["Machine",
n.host],["Address",location.host],["Connection",$e.value],["Store",e&&(e.store.degraded?t("span",{class:"s-critical",children:[t(v,{name:"critical"})," degraded\
: ",t(d,{text:e.store.why})]}):t("span",{class:"s-ok",children:[t(v,{name:"ok"})," keeps every change"]}))],["Handlers",e&&(r?t("span",{class:"s-critical",children:[
t(v,{name:"critical"})," ",T(r,"event")," told to nobody, ",W(i)," waiting"]}):i?`${T(i,"event")} waiting for their handlers`:t("span",{class:"s-ok",children:[t(
v,{name:"ok"})," nothing waits"]}))],["Events",W(a)],["Agents connected",W(s(o=>o.connected))],["Entities",W(s(o=>o.entities))],["Silences",W(s(o=>o.silences))]]})}),
t(S,{title:"You",side:!n.guest&&t(b,{kind:"quiet",onClick:()=>{Re.value=!0},children:"Change password"}),children:[t(L,{list:[["User",n.guest?"a guest: you see,\
 and cannot act":n.username],["Groups",n.groups.join(", ")],["Session until",n.expires_at?t(Se,{t:n.expires_at}):""]]}),n.default_password&&t("p",{class:"notice\
 bad",children:[t(v,{name:"warning"}),"This account has the default password, which everybody knows. ",t(b,{onClick:()=>{Re.value=!0},children:"Change it"})]})]})]}),
t(S,{title:"Namespaces",children:t("table",{class:"values",children:[t("thead",{children:t("tr",{children:[t("th",{children:"Name"}),t("th",{children:"Critical"}),
t("th",{children:"Warning"}),t("th",{children:"Unknown"}),t("th",{children:"OK"}),t("th",{children:"Entities"}),t("th",{children:"Silences"})]})}),t("tbody",{children:(e?.
namespaces??[]).map(o=>t("tr",{children:[t("td",{children:t("a",{href:k({ns:o.name,page:"problems"}),children:t(d,{text:o.name})})}),[2,1,3,0].map(l=>t("td",{children:W(
o.counts[l]?.[0]??0)})),t("td",{children:W(o.entities)}),t("td",{children:W(o.silences)})]}))})]})})]})}function Xn(){let[e,n]=y(""),[s,a]=y(""),[r,i]=y("");if(!Re.
value)return null;let o=()=>{Re.value=!1,n(""),a(""),i("")},l=ae.value?.username??"",c=async u=>{u.preventDefault();try{await ye("PUT",`/api/core/v2/users/${St(
l)}/change_password`,{password:e,password_new:s}),o(),N("The password is changed"),ae.value&&(ae.value={...ae.value,default_password:!1})}catch(m){i(m.message)}};
return t(z,{title:"Change password",onClose:o,children:t("form",{onSubmit:u=>{c(u)},children:[t("input",{class:"hidden",type:"text",autocomplete:"username",value:l,
readOnly:!0,tabIndex:-1,"aria-hidden":"true"}),t("label",{class:"field",children:[t("span",{children:"Present password"}),t("input",{"data-first":!0,type:"passw\
ord",autocomplete:"current-password",value:e,onInput:u=>n(u.currentTarget.value)})]}),t("label",{class:"field",children:[t("span",{children:"New password, 8 cha\
racters at least"}),t("input",{type:"password",autocomplete:"new-password",minLength:8,maxLength:72,value:s,onInput:u=>a(u.currentTarget.value)})]}),r&&t("p",{class:"\
bad",role:"alert",children:r}),t("footer",{children:[t(b,{onClick:o,children:"Cancel"}),t(b,{type:"submit",kind:"main",why:s.length<8&&"8 characters at least",children:"\
Change"})]})]})})}var es=/^[A-Za-z_./][\w./@ -]*$/,ts=/^(true|false|null|yes|no|on|off|y|n|~|\.inf|\.nan)$/i;function an(e){return typeof e!="string"?JSON.stringify(e??null):es.test(
e)&&!ts.test(e)&&e.trimEnd()===e?e:JSON.stringify(e).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/g,ns)}var ns=e=>`\\u${e.charCodeAt(
0).toString(16).padStart(4,"0")}`;function ot(e,n){return Array.isArray(e)?e.flatMap(s=>ss(s,n)):Object.entries(e).filter(([,s])=>s!=null).flatMap(([s,a])=>as(s,
a,n))}var rn=e=>e===null||typeof e!="object"||Object.keys(e).length===0,on=e=>Array.isArray(e)?"[]":e&&typeof e=="object"?"{}":an(e);function ss(e,n){if(rn(e))return[
`${n}- ${on(e)}`];let[s="",...a]=ot(e,`${n}  `);return[`${n}- ${s.slice(n.length+2)}`,...a]}function as(e,n,s){let a=`${s}${an(e)}:`;return rn(n)?[`${a} ${on(n)}`]:
[a,...ot(n,s+(Array.isArray(n)?"":"  "))]}function Je(e,n){let{metadata:s,...a}=n;return`${ot({type:e,api_version:"core/v2",metadata:s??{},spec:a},"").join(`
`)}
`}var rs=200,Ye="[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?",lt=new RegExp(`(?:'((?:[^']|'')+)'|([^\\s'=]+))=(?:(${Ye})([a-zA-Z%°µ/]*)|U)((?:;[^\\s;]*)*)(?=\\s\
|$)`,"y"),mn=new RegExp(`^@?(?:(?:~|${Ye})?:)?(?:${Ye})?$`),ln=e=>e&&new RegExp(`^${Ye}$`).test(e)?Number(e):void 0,cn=e=>e&&mn.test(e)?e:"";function un(e){let n=[],
s=0;for(;;){for(;/\s/.test(e.charAt(s));)s++;if(s>=e.length)return n;lt.lastIndex=s;let a=lt.exec(e);if(!a)return null;if(s=lt.lastIndex,a[3]===void 0||n.length>=
rs)continue;let[,r,i,o,l]=(a[5]??"").split(";");n.push({label:a[1]?.replace(/''/g,"'")??a[2],value:Number(a[3]),unit:a[4]??"",warn:cn(r),crit:cn(i),min:ln(o),max:ln(
l)})}}function Ve(e){let[n="",...s]=e.split(`
`),[a,r=""]=ct(n),i=s.findIndex(m=>m.includes("|")),o=i<0?s:[...s.slice(0,i),ct(s[i])[0]],l=i<0?"":[ct(s[i])[1],...s.slice(i+1)].join(`
`),c=un(r),u=un(l);return c&&u?{text:[a,...o].join(`
`).trimEnd(),perf:[...c,...u]}:c&&c.length?{text:[a,...s].join(`
`).trimEnd(),perf:c}:{text:e,perf:[]}}function ct(e){let n=e.indexOf("|");return n<0?[e,""]:[e.slice(0,n),e.slice(n+1)]}function dn(e){if(!e||!mn.test(e))return null;
let n=e.startsWith("@"),[s,a]=e.replace("@","").split(":");return a===void 0?s===""?null:{from:0,to:Number(s),inside:n}:{from:s==="~"?-1/0:Number(s||0),to:a===""?
1/0:Number(a),inside:n}}function ut(e,n){let s=dn(n);return!!s&&(e>=s.from&&e<=s.to)===s.inside}var mt=e=>{let n=dn(e);return n?[n.from,n.to].filter((s,a)=>Number.
isFinite(s)&&!(a===0&&s===0)):[]},is=Ce({B:[1024,["B","KiB","MiB","GiB","TiB","PiB"]],b:[1e3,["b","kb","Mb","Gb","Tb"]]}),os=Ce({KB:["B",1024],MB:["B",1048576],
GB:["B",1073741824],TB:["B",1099511627776]}),Qe=e=>(Math.abs(e)>=100?e.toFixed(0):Math.abs(e)>=10?e.toFixed(1):e.toFixed(2)).replace(/\.0+$|(\.\d*?)0+$/,"$1");function Pe(e,n){
let[s,a]=os[n]??[n,1],r=is[s];if(s==="s"&&Math.abs(e)<1&&e!==0)return Math.abs(e)<.001?`${Qe(e*1e6)} µs`:`${Qe(e*1e3)} ms`;if(!r)return Qe(e)+(s&&s!=="c"?` ${s}`:
"");let i=e*a,o=0;for(;Math.abs(i)>=r[0]&&o<r[1].length-1;)i/=r[0],o++;return`${Qe(i)} ${r[1][o]}`}function pn(e,n,s){let a=(n-e)/Math.max(1,s),r=10**Math.floor(Math.log10(a)),i=[1,2,2.5,5,10].map(l=>l*r).find(l=>l>=a*.999)??a,o=[];if(!Number.isFinite(i)||i<=
0)return o;for(let l=Math.ceil(e/i-1e-9);l*i<=n+i*1e-9;l++)o.push(Number((l*i).toPrecision(12)));return o}var ls=[60,120,300,600,900,1800,3600,7200,10800,21600,
43200,86400];function hn(e,n,s,a){let r=ls.find(o=>(n-e)/o<=s)??86400,i=[];for(let o=Math.ceil((e+a)/r)*r-a;o<=n;o+=r)i.push(o);return i}function fn(e,n){if(!e.
length)return[0,1];let s=Math.min(...e.map(c=>c.least)),a=Math.max(...e.map(c=>c.largest)),r=n.filter(c=>c<=a*2&&c>=s/2),i=Math.min(s,...r),o=Math.max(a,...r);if(i>
0&&i<o/2&&(i=0),i===o){let c=Math.abs(i)/10||1;return[i-c,o+c]}let l=(o-i)*.06;return[i===0?0:i-l,o+l]}function gn(e){let n=[];for(let s of e){let a=n.at(-1);a&&
s.t-a.at(-1).t<=300?a.push(s):n.push([s])}return n}var dt=(e,n)=>`${e.toFixed(1)} ${n.toFixed(1)}`;function bn(e,n,s){return gn(e).map(a=>`M${a.map(r=>dt(n(r.t),
s(r.mean))).join("L")}${a.length===1?"h2":""}`).join("")}function vn(e,n,s){return gn(e).map(a=>`M${[...a.map(r=>dt(n(r.t),s(r.largest))),...[...a].reverse().map(
r=>dt(n(r.t),s(r.least)))].join("L")}Z`).join("")}function yn(e,n){let s=-1;for(let a=0;a<e.length;a++)(s<0||Math.abs(e[a].t-n)<Math.abs(e[s].t-n))&&(s=a);return s}var oe=66,cs=22,he=8,us=10,ms=5,ds=e=>g.value==="utc"?0:-new Date(e*1e3).getTimezoneOffset()*60;function kn(e){let n=Ie(null),s=$t(0),[a,r]=y(null);V(()=>{let p=new ResizeObserver(
()=>{s.value=n.current?.clientWidth??0});return p.observe(n.current),()=>p.disconnect()},[]);let i=e.small?150:240,o=Math.max(1,s.value-oe-us),l=i-he-cs,[c,u]=fn(
e.points,e.limits.map(p=>p.value)),m=p=>oe+(p-e.from)/(e.to-e.from)*o,$=p=>he+l-(p-c)/(u-c)*l,h=p=>e.from+(p.clientX-n.current.getBoundingClientRect().left-oe)/
o*(e.to-e.from),j=p=>{let be=h(p);e.look(yn(e.points,be)),a&&r([a[0],be])},F=p=>{e.zoom&&p.pointerType==="mouse"&&(p.currentTarget.setPointerCapture(p.pointerId),
r([h(p),h(p)]))},ue=()=>{a&&Math.abs(m(a[0])-m(a[1]))>ms&&e.zoom(Math.round(Math.min(...a)),Math.round(Math.max(...a))),r(null)},se=e.at!==null?e.points[e.at]:void 0;
return t("div",{class:`plot${e.small?" small":""}`,ref:n,children:s.value>0&&t("svg",{width:s.value,height:i,"aria-hidden":"true",onPointerMove:j,onPointerDown:F,
onPointerUp:ue,onPointerLeave:()=>{a||e.look(null)},children:[pn(c,u,e.small?3:5).map(p=>t("g",{class:"axis",children:[t("line",{x1:oe,x2:oe+o,y1:$(p),y2:$(p)}),
t("text",{x:oe-8,y:$(p)+4,"text-anchor":"end",children:e.format(p)})]})),hn(e.from,e.to,Math.max(2,o/80),ds(e.to)).map(p=>t("g",{class:"axis",children:[t("line",
{x1:m(p),x2:m(p),y1:he,y2:he+l}),t("text",{x:Math.min(m(p),s.value-18),y:i-6,"text-anchor":"middle",children:O(p,g.value)})]})),t("path",{class:"band",d:vn(e.points,
m,$)}),t("path",{class:"curve",d:bn(e.points,m,$)}),e.limits.filter(p=>p.value>c&&p.value<u).map(p=>t("line",{class:`limit-line s-${p.tone}`,x1:oe,x2:oe+o,y1:$(
p.value),y2:$(p.value)})),se&&t("g",{class:"here",children:[t("line",{x1:m(se.t),x2:m(se.t),y1:he,y2:he+l}),t("circle",{cx:m(se.t),cy:$(se.mean),r:"4"})]}),a&&t(
"rect",{class:"drag",x:Math.min(m(a[0]),m(a[1])),y:he,width:Math.abs(m(a[0])-m(a[1])),height:l})]})})}var wn=[["1 h",3600],["6 h",21600],["24 h",86400]],le=e=>e.name+(e.tags?.length?` ${e.tags.map(n=>`${n.name}=${n.value}`).join(" ")}`:""),ps=e=>n=>!e&&Math.abs(
n)>=1e6?n.toExponential(2):!e&&n&&Math.abs(n)<.1?String(Number(n.toPrecision(2))):Pe(n,e),hs=(e,n)=>n.find(s=>e.name===s.label||e.name.endsWith(`.${s.label}`)||
e.tags?.some(a=>a.value===s.label));function xn({path:e,perf:n,page:s}){let a=P(e),{metric:r="",span:i="6 h"}=w.value.query;return t(S,{title:"Graph",class:"gra\
ph-card",children:(()=>{if(a.error&&!a.data)return a.error.status===404?t("p",{class:"muted",children:["No metrics are kept of this ",s,"."]}):t(Q,{error:a.error,
what:"metrics",again:a.again});if(!a.data)return t(J,{rows:4});let l=a.data.series,c=l.find(u=>le(u)===r)??l[0];return c?t(f,{children:[t("div",{class:"graph-to\
ols",children:[t("label",{class:"sort",children:[t("span",{children:"Metric"}),t("select",{value:le(c),onChange:u=>A({metric:u.currentTarget.value,from:"",to:""}),
children:l.map(u=>t("option",{value:le(u),children:le(u)}))})]}),t(fs,{shown:i})]}),t(Cn,{series:c,perf:hs(c,n),shown:i}),a.data.left_out>0&&t("p",{class:"small\
 muted",children:[a.data.left_out," more metrics are not kept: 32 of an event are."]})]}):t("p",{class:"muted",children:"No metrics yet: they come with the next\
 results."})})()})}function fs({shown:e}){let n=!!w.value.query.from;return t("div",{class:"chips",role:"group","aria-label":"How long",children:[wn.map(([s])=>t(
"button",{type:"button",class:"chip","aria-pressed":!n&&s===e,onClick:()=>A({span:s==="6 h"?"":s,from:"",to:""}),children:s})),n&&t("button",{type:"button",class:"\
chip",onClick:()=>A({from:"",to:""}),children:"zoom out"})]})}function $n({path:e}){let n=P(e);return n.data?.series.length?t(S,{title:"Metrics",class:"graph-ca\
rd",children:t("div",{class:"small-graphs",children:n.data.series.map(s=>t(gs,{children:[t("h3",{children:t(d,{text:le(s)})}),t(Cn,{series:s,shown:"24 h",small:!0})]},
le(s)))})}):null}function gs({children:e}){let n=Ie(null),[s,a]=y(!1);return V(()=>{let r=new IntersectionObserver(i=>{i.some(o=>o.isIntersecting)&&a(!0)},{rootMargin:"\
200px"});return r.observe(n.current),()=>r.disconnect()},[]),t("div",{class:"small-graph",ref:n,children:s&&e})}function Cn({series:e,perf:n,shown:s,small:a=!1}){
let[r,i]=y(null),[o,l]=y(!1),c=wn.find(([p])=>p===s)?.[1]??21600,u=w.value.query,m=!a&&Number(u.from)>0&&Number(u.to)>Number(u.from),$=m?Number(u.to):Math.ceil(
x.value/60)*60,h=m?Number(u.from):$-c,j=e.points.filter(p=>p[0]>=h&&p[0]<=$).map(([p,be,Yn,Vn])=>({t:p,mean:be,least:Yn,largest:Vn})),F=ps(n?.unit??""),ue=r!==null?
j[r]:j.at(-1),se=n?[...mt(n.warn).map(p=>({value:p,tone:"warning"})),...mt(n.crit).map(p=>({value:p,tone:"critical"}))]:[];return t("div",{class:"graph",children:[
t("p",{class:"readout small","aria-hidden":"true",children:ue?t(f,{children:[t("b",{children:F(ue.mean)})," ",t("span",{class:"muted",children:[F(ue.least)," … ",
F(ue.largest)," at ",O(ue.t,g.value)]})]}):t("span",{class:"muted",children:["Nothing in the last ",C($-h)]})}),t(kn,{points:j,from:h,to:$,limits:se,format:F,small:a,
at:r,look:i,...a?{}:{zoom:(p,be)=>A({from:String(p),to:String(be)},!1)}}),t(bs,{points:j,write:F,name:le(e)}),!a&&t("div",{class:"graph-foot",children:[t("span",
{class:"small muted",children:["Line: mean of two minutes. Band: least to largest.",se.length>0&&" Dashed: the limits of the check."," Drag to zoom."]}),t(b,{kind:"\
quiet","aria-expanded":o,onClick:()=>l(!o),children:o?"Hide the table":"As a table"})]}),o&&t(vs,{points:j,write:F,name:le(e)})]})}function bs({points:e,write:n,
name:s}){if(!e.length)return null;let a=Math.min(...e.map(o=>o.least)),r=Math.max(...e.map(o=>o.largest)),i=e.at(-1);return t("p",{class:"hidden",children:["Gra\
ph of ",s,": last ",n(i.mean),", least ",n(a),", largest ",n(r),"."]})}function vs({points:e,write:n,name:s}){return t("div",{class:"table-scroll",tabIndex:0,role:"\
region","aria-label":`Values of ${s}`,children:t("table",{class:"values",children:[t("thead",{children:t("tr",{children:[t("th",{children:"Time"}),t("th",{children:"\
Mean"}),t("th",{children:"Least"}),t("th",{children:"Largest"})]})}),t("tbody",{children:[...e].reverse().map(a=>t("tr",{children:[t("td",{title:H(a.t,g.value),
children:me(a.t,x.value,g.value)}),t("td",{children:n(a.mean)}),t("td",{children:n(a.least)}),t("td",{children:n(a.largest)})]}))})]})})}var ys=2e4,ks=_e(null);function ws(e,n){return e.rows.map(s=>({ns:n,labels:{},...Object.fromEntries(e.columns.map((a,r)=>[a==="namespace"?"ns":a,s[r]??void 0]).
filter(([,a])=>a!==void 0))}))}var xs=e=>`${X(e,"entities")}?limit=${ys}`;function $s(){let e=w.value.ns||(I.value.length===1?I.value[0]:""),n=P(e?xs(e):"",["en\
tities"]);return{ns:e,got:n}}function Cs(e){let n=E.value,s=new Map;if(n.loaded!=="all"||n.partial||_t.value||n.ns!==w.value.ns)return e;for(let a of n.map.values()){
let r=`${a.ns}/${a.entity}`,i=s.get(r);i?i.push(a):s.set(r,[a])}return e.map(a=>{let r=s.get(`${a.ns}/${a.name}`)??[],i=r.filter(o=>o.status&&!ee(o));return{...a,
events:r.length,problems:i.length,silenced:r.filter(ee).length,status:i.length?re(i,"severity",!1)[0].status:0}})}var Ae=e=>e.class==="agent"&&!e.connected,Mn=Ce(
{ill:e=>e.status>0,gone:Ae,agent:e=>e.class==="agent",proxy:e=>e.class!=="agent"});function Ss(e,n){let s=`${e.name} ${e.os} ${e.platform} ${e.version} ${Object.
entries(e.labels).map(([a,r])=>`${a}=${r}`).join(" ")}`.toLowerCase();return n.split(/\s+/).filter(Boolean).every(a=>a.startsWith("is:")?(Mn[a.slice(3)]??(()=>!0))(
e):a.includes("*")?Ht(a)(e.name):s.includes(a.toLowerCase()))}var Sn=[3,2,0,1],En=(e,n)=>e.name<n.name?-1:1,Pn=Ce({severity:(e,n)=>Sn[Math.min(3,e.status)]-Sn[Math.
min(3,n.status)]||Number(Ae(n))-Number(Ae(e))||n.problems-e.problems||En(e,n),name:En,seen:(e,n)=>e.last_seen-n.last_seen});function Es(){R("Entities");let{ns:e,
got:n}=$s(),{q:s="",sort:a="severity"}=w.value.query,r=Z(()=>Cs(n.data?ws(n.data,e):[]),[n.data,E.value]),i=Z(()=>r.filter(u=>Ss(u,s)).sort(Pn[a]??Pn.severity),
[r,s,a]);if(!e)return t(fe,{what:"Entities",page:"entities"});let o=u=>s.split(/\s+/).includes(u),l=u=>()=>A({q:o(u)?s.replace(u,"").trim():[...s.split(/\s+/).filter(
m=>m&&!m.startsWith("is:")),u].join(" ")},!1),c=(u,m,$)=>t(pe,{name:m,tone:$,n:r.filter(Mn[u]).length,on:o(`is:${u}`),run:l(`is:${u}`)});return t("div",{class:"\
list-page",children:[t("header",{class:"headline",children:[t("h1",{children:"Entities"}),t("p",{class:"muted",children:"Machines with an agent, and whatever el\
se reports by one."})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"Kind",children:[t(pe,{name:"All",n:r.length,on:!s,
run:()=>A({q:""},!1)}),c("ill","With problems","s-critical"),c("gone","Not connected","s-unknown"),c("proxy","Without agent")]}),t("div",{class:"tools",children:[
t(U,{label:"Filter entities",help:"Filter: name, system, label tier=web",fields:!1}),t(en,{sorts:[["severity","worst first"],["name","name"],["seen","longest no\
t seen"]],usual:"severity"})]})]}),t(Y,{of:n,what:"entities",ns:e,children:()=>i.length?t(Ge,{name:"entities",label:"Entities",items:i,keyOf:u=>u.name,columns:Ps,
cells:Ms,describe:u=>u.name,rowClass:u=>`edge-${M(u.status)}`,open:u=>q(te(u.ns,u.name)),focus:ks}):s?t(D,{icon:"search",title:"Nothing matches",children:t(b,{onClick:()=>A(
{q:""},!1),children:"Clear the filter"})}):t(D,{icon:"entities",title:"No entities yet",children:["Start an agent: ",t("code",{children:["picket agent start --b\
ackend-url ws://",location.hostname,":8081"]})]})})]})}var Ps=[{id:"status",name:"Status"},{id:"what",name:"Name"},{id:"problems",name:"Failing"},{id:"system",name:"\
System"},{id:"seen",name:"Seen"},{id:"labels",name:"Labels"}];function Ms(e){return[t(Ee,{status:e.status}),t("a",{class:"name",tabIndex:-1,href:te(e.ns,e.name),
children:t("b",{children:t(d,{text:e.name})})}),t("span",{children:[e.problems?`${e.problems} of ${e.events}`:t("span",{class:"muted",children:["none of ",e.events]}),
e.silenced>0&&t("span",{class:"muted",title:`${e.silenced} silenced`,children:[" ",t(v,{name:"silenced"}),e.silenced]})]}),t("span",{class:"muted",children:t(d,
{text:[e.class==="agent"?"":e.class,e.os&&e.platform&&e.os!==e.platform?`${e.platform}, ${e.os}`:e.platform||e.os].filter(Boolean).join(" ")})}),t("span",{class:Ae(
e)?"s-unknown":"",children:Ae(e)?t(f,{children:["gone for ",t(jt,{since:e.last_seen})]}):t(de,{t:e.last_seen})}),t("span",{class:"labels",children:Object.entries(
e.labels).slice(0,4).map(([n,s])=>t("a",{class:"label",tabIndex:-1,href:k({ns:e.ns,page:"entities",query:{q:`${n}=${s}`}}),children:t(d,{text:`${n}=${s}`})}))})]}
function fe({what:e,page:n}){return R(e),t("div",{class:"page",children:[t("h1",{children:e}),t("p",{children:"These are shown one namespace at a time."}),t("ul",
{class:"plain",children:I.value.map(s=>t("li",{children:t("a",{href:k({ns:s,page:n}),children:t(d,{text:s})})}))})]})}var Ts=[{id:"status",name:"Status",sort:"s\
everity"},{id:"what",name:"Check",sort:"check"},{id:"output",name:"What it says"},{id:"since",name:"Since",sort:"since"},{id:"times",name:"Times"},{id:"told",name:"\
Told"}];function _s(){let{ns:e,path:[n=""]}=w.value;R(n);let s=P(B(e,"entities",n),["entities"]);return s.error?.status===404?t("div",{class:"page",children:[t(
"h1",{children:t(d,{text:n})}),t("p",{children:["There is no such machine in ",t(d,{text:e}),": it was deleted, or never reported."]}),t("p",{children:t("a",{href:k(
{ns:e,page:"entities"}),children:"Entities"})})]}):s.data?t(Ns,{e:s.data,ns:e}):t("div",{class:"page",children:[t("h1",{class:"hidden",children:t(d,{text:n})}),
s.error?t(Q,{error:s.error,what:"entity",again:s.again,ns:e}):t(J,{})]})}function Ns({e,ns:n}){let s=e.metadata.name,{sort:a="severity",order:r=""}=w.value.query,
i=[...E.value.map.values()].filter(c=>c.entity===s&&c.ns===n),o=i.filter(c=>c.status).length,l=re([...i],"severity",!1)[0]?.status??0;return t("div",{class:`pag\
e edge-${M(l)}`,children:[t("header",{class:"event-head",children:[t("a",{class:"back",href:k({ns:n,page:"entities"}),children:[t(v,{name:"back"}),"Entities"]}),
t("div",{class:"title",children:[t(Ee,{status:l,badge:!0}),t("h1",{children:t(d,{text:s})})]}),t("p",{class:"facts-line",children:[t("b",{children:o?T(o,"proble\
m"):"Nothing failing"})," of ",T(i.length,"check")," · ",e.entity_class==="agent"?"seen":"last result"," ",He(e.last_seen,x.value)]}),t("div",{class:"acts",children:[
_(n,"create","silenced")&&t(b,{icon:"silenced",onClick:()=>ie({ns:n,subscription:`entity:${s}`}),children:"Silence machine"}),_(n,"delete","entities")&&t(b,{icon:"\
delete",kind:"danger",onClick:()=>Bs(n,s,i.length),children:"Delete…"})]})]}),t("section",{class:"embedded of-entity","aria-label":"Its events",children:t(Ue,
{wanted:re(i,a,!!r),scope:`entity|${n}|${s}|${a}|${r}`,columns:Ts,label:`Events of ${s}`,ready:E.value.loaded==="all",empty:t(D,{icon:"events",title:"No events \
of this machine",children:"They come with the first result of a check."})})}),t($n,{path:X(n,"events",s,"metrics")}),t("div",{class:"columns even",children:[t(Rs,
{e}),t(S,{title:"Labels and annotations",children:t(L,{list:[["Labels",Object.keys(e.metadata.labels??{}).length?t(G,{of:e.metadata.labels,to:(c,u)=>k({ns:n,page:"\
entities",query:{q:`${c}=${u}`}})}):"none"],["Annotations",Object.keys(e.metadata.annotations??{}).length?t(G,{of:e.metadata.annotations}):"none"]]})})]})]})}function Rs({
e}){let n=e.system??{},s=(n.network?.interfaces??[]).filter(a=>a.addresses?.length&&a.name!=="lo");return t(S,{title:"System",children:t(L,{list:[["Kind",e.entity_class],
["Host name",n.hostname],["System",[n.os,n.platform,n.platform_version,n.arch].filter(Boolean).join(" ")],["Agent",e.sensu_agent_version],["Seen",t(de,{t:e.last_seen})],
["Subscriptions",e.subscriptions?.join(", ")],["Addresses",s.length>0&&t("ul",{class:"plain",children:s.map(a=>t("li",{children:t(d,{text:`${a.name}: ${a.addresses.
join(", ")}`})}))})],["When it leaves",e.deregister?"it is deleted":""]]})})}function Bs(e,n,s){Ke({title:`Delete ${n}?`,act:"Delete",danger:!0,typed:n,text:t("\
p",{children:["The machine goes, and its ",T(s,"event"),". An agent that is alive comes back within its next keepalive."]}),run:()=>{As(e,n)}})}async function As(e,n){
try{await ye("DELETE",B(e,"entities",n)),N(`${n} is deleted`),q(k({ns:e,page:"entities"}))}catch(s){N(s.message,!0)}}var Me=e=>Array.isArray(e)?e.map(n=>typeof n=="string"?n:n.name??"").filter(Boolean).join(", "):"",ge=e=>typeof e=="string"?e:"",ft=e=>{try{return new URL(e).host}catch{
return e?"an address":""}};function Is(e){let n=e.webhook,s=e.email,a=e.file,r=e.socket,i=e.alert,o=n?`${n.form??"json"} → ${ft(n.url??"")}`:s?`→ ${Me(s.to)}\
 by ${s.host}`:a?`→ ${a.path}`:r?.host?`→ ${r.host}:${r.port}`:e.type==="set"?`→ ${Me(e.handlers)}`:ge(e.command),l=i?`; after ${i.after??1}, ${i.every?`e\
very ${i.every}`:"never again"}`:"";return`${ge(e.type)} ${o}${Me(e.filters)?`; filters ${Me(e.filters)}`:""}${l}`}var pt=[{id:"handlers",name:"Handlers",type:"\
Handler",what:"who is told, and how",say:Is},{id:"filters",name:"Filters",type:"EventFilter",what:"what is told and what is not",say:e=>`${ge(e.action)} ${(e.expressions??
[]).join(" and ")}`},{id:"mutators",name:"Mutators",type:"Mutator",what:"how an event is rewritten before it is told",say:e=>ge(e.command)||ge(e.type)},{id:"pip\
elines",name:"Pipelines",type:"Pipeline",what:"filter, mutator and handler in a row",say:e=>T((e.workflows??[]).length,"workflow")+`: ${Me(e.workflows)}`},{id:"\
hooks",name:"Hooks",type:"HookConfig",what:"what runs after a check that failed",say:e=>ge(e.command)},{id:"assets",name:"Assets",type:"Asset",what:"programs th\
at checks and handlers bring along",say:e=>ft(ge(e.url))||T((e.builds??[]).length,"build")}];function Os(){R("Config");let e=w.value.ns||(I.value.length===1?I.value[0]:
""),{path:[n="handlers"]}=w.value,s=pt.find(a=>a.id===n)??pt[0];return e?t("div",{class:"list-page scrolls",children:[t("header",{class:"headline",children:[t("\
h1",{children:"Config"}),t("p",{class:"muted",children:["As it is; it is changed by ",t("code",{children:"picket ctl"}),"."]})]}),t("nav",{class:"tabs","aria-la\
bel":"Kinds",children:pt.map(a=>t("a",{href:k({ns:e,page:"config",path:[a.id]}),"aria-current":a.id===s.id?"page":void 0,children:a.name}))}),_(e,"list",s.id)?t(
Ls,{kind:s,ns:e},s.id):t(tn,{what:s.id,ns:e})]}):t(fe,{what:"Config",page:"config"})}function Ls({kind:e,ns:n}){let s=P(B(n,e.id)),a=Ds(e.id,n),r=(w.value.query.
q??"").toLowerCase(),i=w.value.path[1];return t(f,{children:[t("div",{class:"toolbar",children:[t("p",{class:"muted",children:[e.name,": ",e.what,"."]}),t("div",
{class:"tools",children:t(U,{label:`Filter ${e.id}`,help:"Filter: name",fields:!1})})]}),t(Y,{of:s,what:e.id,ns:n,children:o=>{let l=o.filter(c=>c.metadata.name.
toLowerCase().includes(r));return l.length?t("ul",{class:"things",children:l.map(c=>t(js,{t:c,kind:e,used:a(c.metadata.name),open:i===c.metadata.name},c.metadata.
name))}):t(D,{icon:"config",title:o.length?"Nothing matches":`No ${e.id}`,children:!o.length&&t(f,{children:[t("code",{children:["picket ctl create -f ",e.id,".\
yaml"]})," makes some."]})})}})]})}function Ds(e,n){let a=P(e!=="assets"&&e!=="mutators"&&_(n,"list","checks")?B(n,"checks"):"",["checks"]),r=P(e==="filters"&&_(
n,"list","handlers")?B(n,"handlers"):"");return i=>{let o=c=>Me(c).split(", ").includes(i),l=c=>o(c[e])||e==="hooks"&&JSON.stringify(c.check_hooks??"").includes(
JSON.stringify(i));return e==="filters"?r.data?`used by ${T(r.data.filter(c=>o(c.filters)).length,"handler")}`:"":a.data?`used by ${T(a.data.filter(l).length,"c\
heck")}`:""}}var Ws=/^(key|password|headers|env_vars|secrets)$/,qs=e=>e===null||e===""||Array.isArray(e)&&!e.length;function ht(e,n="",s=""){return n==="url"&&s===
"webhook"&&e?`https://${ft(String(e))}/… (hidden)`:Ws.test(n)&&!qs(e)?n==="env_vars"&&Array.isArray(e)?e.map(a=>`${String(a).split("=")[0]}=(hidden)`):"(hidde\
n)":Array.isArray(e)?e.map(a=>ht(a,"",n)):e&&typeof e=="object"?Object.fromEntries(Object.entries(e).map(([a,r])=>[a,ht(r,a,n)])):e}function js({t:e,kind:n,used:s,
open:a}){let[r,i]=y(!1),o=ht(e),l=JSON.stringify(o)!==JSON.stringify(e);return t("li",{children:t("details",{open:a,children:[t("summary",{children:[t("b",{children:t(
d,{text:e.metadata.name})}),t("span",{class:"say",children:t(d,{text:n.say(e)})}),t("span",{class:"muted small",children:s})]}),t("div",{class:"thing",children:[
Object.keys(e.metadata.labels??{}).length>0&&t(L,{list:[["Labels",t(G,{of:e.metadata.labels})]]}),n.id==="filters"&&Array.isArray(e.expressions)&&t(L,{list:[["E\
xpressions",t("ul",{class:"plain",children:e.expressions.map(c=>t("li",{children:t("code",{children:t(d,{text:c})})}))})]]}),typeof e.timeout=="number"&&e.timeout>
0&&t(L,{list:[["Timeout",C(e.timeout)]]}),l&&t(b,{kind:"quiet",onClick:()=>i(!r),children:r?"Hide secrets":"Show secrets"}),t(gt,{text:Je(n.type,r?e:o)})]})]})})}
function gt({text:e}){let n=()=>{navigator.clipboard.writeText(e).then(()=>N("Copied"),()=>N("The browser does not let us copy",!0))};return t("div",{class:"yam\
l",children:[t("pre",{class:"terminal",tabIndex:0,"aria-label":"As YAML",children:ve(e)}),"clipboard"in navigator&&t(b,{kind:"quiet",onClick:n,children:"Copy"})]})}var Fs=_e(null),ce=_e(null),bt=e=>e.cron?`cron ${e.cron}`:e.interval?Fe(e.interval):"by hand only",vt=e=>[...e.handlers??[],...(e.pipelines??[]).map(n=>n.name)];
function Hs(){let e=new Map;for(let n of E.value.map.values()){let s=`${n.ns}/${n.check}`,a=e.get(s);a?a.push(n):e.set(s,[n])}return new Map([...e].map(([n,s])=>[
n,Ne(s)]))}function zs(){R("Checks");let e=w.value.ns||(I.value.length===1?I.value[0]:""),n=(w.value.query.q??"").toLowerCase(),s=P(e?B(e,"checks"):"",["checks"]),
a=Z(Hs,[E.value]);if(!e)return t(fe,{what:"Checks",page:"checks"});let r=(s.data??[]).filter(i=>`${i.metadata.name} ${i.command} ${(i.subscriptions??[]).join(" ")}\
 ${vt(i).join(" ")}`.toLowerCase().includes(n)).sort((i,o)=>i.metadata.name<o.metadata.name?-1:1);return t("div",{class:"list-page",children:[t("header",{class:"\
headline",children:[t("h1",{children:"Checks"}),t("p",{class:"muted",children:"What is run, where, and who hears of it."})]}),t("div",{class:"toolbar",children:t(
"div",{class:"tools",children:t(U,{label:"Filter checks",help:"Filter: name, command, subscription, handler",fields:!1})})}),t(Y,{of:s,what:"checks",ns:e,children:i=>r.
length?t(Ge,{name:"checks",label:"Checks",items:r,keyOf:o=>o.metadata.name,columns:Ks,cells:o=>Gs(o,e,a.get(`${e}/${o.metadata.name}`)),describe:o=>o.metadata.name,
open:o=>q(k({ns:e,page:"checks",path:[o.metadata.name]})),focus:Fs}):i.length?t(D,{icon:"search",title:"Nothing matches",children:t(b,{onClick:()=>A({q:""},!1),
children:"Clear the filter"})}):t(D,{icon:"checks",title:"No checks yet",children:[t("code",{children:"picket ctl create -f checks.yaml"}),", or results come by\
 themselves on port 3030."]})}),ce.value&&t(Nn,{...ce.value},ce.value.check)]})}var Ks=[{id:"what",name:"Name"},{id:"when",name:"Runs"},{id:"subs",name:"Where"},
{id:"to",name:"Tells"},{id:"results",name:"Results"},{id:"do",name:"Actions"}];function Tn({c:e,to:n}){let s=[2,1,3,0].filter(a=>(e?.[a]?.[0]??0)>0);return s.length?
t("span",{class:"results",children:s.map(a=>{let r=t(f,{children:[t(v,{name:["ok","warning","critical","unknown"][a],title:M(a)}),W(e[a][0])]});return n?t("a",{
tabIndex:-1,class:`s-${M(a)}`,href:n(a),children:r}):t("span",{class:`s-${M(a)}`,children:r})})}):t("span",{class:"muted",children:"none yet"})}function Gs(e,n,s){
let a=e.metadata.name,r=vt(e);return[t("a",{class:"name",tabIndex:-1,href:k({ns:n,page:"checks",path:[a]}),children:t("b",{children:t(d,{text:a})})}),e.publish||
!(e.interval||e.cron)?t(d,{text:bt(e)}):t("span",{class:"paused",children:[t(v,{name:"pause"}),"paused"]}),t("span",{class:"muted",children:t(d,{text:(e.subscriptions??
[]).join(", ")||"nowhere"})}),r.length?t(d,{text:r.join(", ")}):t("span",{class:"muted",children:"nobody"}),t(Tn,{c:s,to:i=>k({ns:n,page:"events",query:{q:`chec\
k:${a} status:${M(i)}`}})}),t(_n,{c:e,ns:n,small:!0})]}function _n({c:e,ns:n,small:s}){let a=e.metadata.name,r=s?-1:void 0,i=o=>N(o.message,!0);return t(f,{children:[
_(n,"create","checks")&&t(b,{tabIndex:r,icon:"run",kind:s?"quiet":void 0,onClick:()=>{ce.value={ns:n,check:a}},children:"Run now…"}),_(n,"update","checks")&&(e.
interval||e.cron)&&(e.publish?!s&&t(b,{icon:"pause",onClick:()=>{it(n,a,!1).catch(i)},children:"Pause"}):t(b,{tabIndex:r,icon:"play",kind:s?"quiet":void 0,onClick:()=>{
it(n,a,!0).catch(i)},children:"Publish"}))]})}function Nn({ns:e,check:n}){let[s,a]=y(""),r=()=>{ce.value=null},i=s.split(/[\s,]+/).filter(Boolean),o=async l=>{l.
preventDefault(),r();try{await Vt(e,n,i.length?i.map(c=>c.includes(":")?c:`entity:${c}`):void 0),N(`${n} was asked for ${i.length?`on ${i.join(", ")}`:"everywhe\
re it runs"}`)}catch(c){N(c.message,!0)}};return t(z,{title:`Run ${n} now`,onClose:r,children:t("form",{onSubmit:l=>{o(l)},children:[t("label",{class:"field",children:[
t("span",{children:"On these machines (empty: everywhere its subscriptions say)"}),t("input",{"data-first":!0,value:s,spellcheck:!1,autocomplete:"off",placeholder:"\
web1, web2",onInput:l=>a(l.currentTarget.value)})]}),t("footer",{children:[t(b,{onClick:r,children:"Cancel"}),t(b,{type:"submit",kind:"main",icon:"run",children:"\
Run"})]})]})})}var Us=[{id:"status",name:"Status",sort:"severity"},{id:"what",name:"Machine",sort:"entity"},{id:"output",name:"What it says"},{id:"since",name:"\
Since",sort:"since"},{id:"times",name:"Times"},{id:"told",name:"Told"}];function Js(){let{ns:e,path:[n=""],query:{sort:s="severity",order:a=""}}=w.value;R(n);let r=P(
B(e,"checks",n),["checks"]),i=[...E.value.map.values()].filter(l=>l.check===n&&l.ns===e),o=r.data;return!o&&r.error&&r.error.status!==404?t("div",{class:"page",
children:[t("h1",{children:t(d,{text:n})}),t(Q,{error:r.error,what:"checks",again:r.again,ns:e})]}):!o&&!r.error?t("div",{class:"page",children:[t("h1",{class:"\
hidden",children:t(d,{text:n})}),t(J,{})]}):t("div",{class:"page",children:[t("header",{class:"event-head",children:[t("a",{class:"back",href:k({ns:e,page:"chec\
ks"}),children:[t(v,{name:"back"}),"Checks"]}),t("div",{class:"title",children:t("h1",{children:t(d,{text:n})})}),t("p",{class:"facts-line",children:o?t(f,{children:[
o.publish?t("b",{children:bt(o)}):t("b",{class:"paused",children:[t(v,{name:"pause"}),"paused: nobody runs it"]}),o.timeout>0&&` · timeout ${C(o.timeout)}`,o.ttl>
0&&` · expected within ${C(o.ttl)}`," · tells ",vt(o).join(", ")||"nobody"]}):"There is no check of this name here; its results come by themselves."}),t("div",
{class:"acts",children:[o&&t(_n,{c:o,ns:e}),_(e,"create","silenced")&&t(b,{icon:"silenced",onClick:()=>ie({ns:e,check:n}),children:"Silence"})]})]}),t("section",
{class:"embedded of-check","aria-label":"Its results",children:[t("h2",{class:"side-title",children:[T(i.length,"result")," by machine ",t(Tn,{c:Ne(i)})]}),t(Ue,
{wanted:re(i,s,!!a),scope:`check|${e}|${n}|${s}|${a}`,columns:Us,label:`Results of ${n}`,ready:E.value.loaded==="all",empty:t(D,{icon:"events",title:"No results\
 yet",children:"They come with its first run."})})]}),o&&t("div",{class:"columns even",children:[t(Qs,{c:o}),t(S,{title:"As YAML",children:t(gt,{text:Je("CheckC\
onfig",o)})})]}),ce.value&&t(Nn,{...ce.value},ce.value.check)]})}function Qs({c:e}){return t(S,{title:"Definition",children:t(L,{list:[["Command",e.command&&t("\
code",{class:"command",children:t(d,{text:e.command})})],["Runs",bt(e)],["Round robin",e.round_robin?"one machine at a time":""],["Subscriptions",e.subscriptions?.
join(", ")],["Handlers",e.handlers?.join(", ")],["Pipelines",e.pipelines?.map(n=>n.name).join(", ")],["Assets",e.runtime_assets?.join(", ")],["Reports as",e.proxy_entity_name],
["Metrics",e.output_metric_format],["Labels",Object.keys(e.metadata.labels??{}).length>0&&t(G,{of:e.metadata.labels})],["Annotations",Object.keys(e.metadata.annotations??
{}).length>0&&t(G,{of:e.metadata.annotations})]]})})}function Rn({list:e}){if(!e.length)return t("p",{class:"muted",children:"No result yet."});let n=e[0],s=e[e.length-1];return t("div",{class:"history",children:[
t("ol",{class:"strip",children:e.map(a=>t("li",{class:`s-${M(a.status)}`,title:`${K(a.status)}, ${H(a.executed,g.value)}`,children:t(v,{name:ne[we(a.status)],title:`${K(
a.status)} at ${O(a.executed,g.value,!0)}`})}))}),t("p",{class:"ends muted small",children:[t("span",{children:O(n.executed,g.value,!0)}),t("span",{children:["l\
ast result ",O(s.executed,g.value,!0)]})]})]})}var In={fg:"",bg:"",bold:!1,dim:!1,italic:!1,underline:!1,inverse:!1},On=/\u001b\[([\d;:]*)m/g,Ys=5e3,Bn=["black","red","green","yellow","blue","magenta","cyan",
"white"],Te=e=>e<8?Bn[e]:`bright-${Bn[e-8]}`;function yt(e,n,s){let a=Math.max(e,n,s);if(a<60)return"black";let r=(e>a/2?1:0)|(n>a/2?2:0)|(s>a/2?4:0);return Te(
a>200?r+8:r)}function Vs(e){if(e<16)return Te(e);if(e>=232)return yt(...Array(3).fill((e-232)*10+8));let n=s=>s===0?0:s*40+55;return yt(n(Math.floor((e-16)/36)),
n(Math.floor((e-16)/6)%6),n((e-16)%6))}function Zs(e,n){return e[n]===5?[Vs(Math.min(255,e[n+1]??0)),2]:e[n]===2?[yt(e[n+1]??0,e[n+2]??0,e[n+3]??0),4]:["",1]}var An={
0:In,1:{bold:!0},2:{dim:!0},3:{italic:!0},4:{underline:!0},7:{inverse:!0},22:{bold:!1,dim:!1},23:{italic:!1},24:{underline:!1},27:{inverse:!1},39:{fg:""},49:{bg:""}};
function Xs(e,n){let s={...e};for(let a=0;a<n.length;a++){let r=n[a];if(r in An)Object.assign(s,An[r]);else if(r>=30&&r<=37)s.fg=Te(r-30);else if(r>=90&&r<=97)s.
fg=Te(r-82);else if(r>=40&&r<=47)s.bg=Te(r-40);else if(r>=100&&r<=107)s.bg=Te(r-92);else if(r===38||r===48){let[i,o]=Zs(n,a+1);r===38?s.fg=i:s.bg=i,a+=o}}return s}
function ea(e){let[n,s]=e.inverse?[e.bg||"paper",e.fg||"ink"]:[e.fg,e.bg];return[n&&`fg-${n}`,s&&`bg-${s}`,e.bold&&"a-bold",e.dim&&"a-dim",e.italic&&"a-italic",
e.underline&&"a-underline"].filter(Boolean).join(" ")}function Ln(e){let n=[],s=In,a=0,r=i=>{i>a&&n.push({text:e.slice(a,i),classes:ea(s)})};for(let i of e.matchAll(
On)){if(n.length>=Ys)break;r(i.index),a=i.index+i[0].length,s=Xs(s,(i[1]||"0").split(/[;:]/).map(Number))}return r(e.length),n}var Dn=e=>e.replace(On,"");var ta=1e5,na=4e5,sa=e=>e>=1e6?`${(e/1e6).toFixed(1)} MB`:`${Math.round(e/1e3)} kB`;function aa({text:e}){return e.length>na?t(f,{children:ve(Dn(e))}):t(f,{children:Ln(
e).map(n=>{let s=It(ve(n.text)).map(a=>a.href?t("a",{href:a.href,target:"_blank",rel:"noopener noreferrer",children:a.text}):a.text);return n.classes?t("span",{
class:n.classes,children:s}):s})})}function kt({text:e,perf:n,title:s="Output"}){let[a,r]=y(!0),[i,o]=y(!1),[l,c]=y(!1),u=n&&!i?Ve(e):{text:e,perf:[]},m=l?u.text:
Ct(u.text,ta),$=()=>{navigator.clipboard?.writeText(e).then(()=>N("Copied"),()=>N("The browser does not let us copy",!0))},h=t(f,{children:[t("label",{class:"ch\
eck",children:[t("input",{type:"checkbox",checked:a,onChange:()=>r(!a)}),"wrap"]}),t("label",{class:"check",children:[t("input",{type:"checkbox",checked:i,onChange:()=>o(
!i)}),"raw"]}),"clipboard"in navigator&&t(b,{kind:"quiet",onClick:$,children:"Copy"})]});return t(S,{title:s,side:h,class:"output-card",children:[e?t("pre",{class:`\
terminal${a?" wrap":""}`,tabIndex:0,"aria-label":s,children:i?ve(m):t(aa,{text:m})}):t("p",{class:"muted",children:"It printed nothing."}),m.length<u.text.length&&
t(b,{onClick:()=>c(!0),children:["Show all (",sa(u.text.length),")"]}),u.perf.length>0&&t(ra,{perf:u.perf})]})}var Wn=12;function ra({perf:e}){let[n,s]=y(!1);return t(
f,{children:[t("table",{class:"perf",children:[t("caption",{class:"hidden",children:"Performance data"}),t("thead",{class:"hidden",children:t("tr",{children:[t(
"th",{children:"Value of"}),t("th",{children:"Value"}),t("th",{children:"Part"}),t("th",{children:"Warning"}),t("th",{children:"Critical"})]})}),t("tbody",{children:(n?
e:e.slice(0,Wn)).map(a=>t(oa,{p:a}))})]}),!n&&e.length>Wn&&t(b,{kind:"quiet",onClick:()=>s(!0),children:["Show all ",e.length," values"]})]})}var ia=e=>e.max??(e.
unit==="%"?100:Math.max(0,...[e.crit,e.warn].map(n=>Number(n.split(":").pop())).filter(Number.isFinite))*1.1);function oa({p:e}){let n=ut(e.value,e.crit)?"criti\
cal":ut(e.value,e.warn)?"warning":"ok",s=ia(e),a=e.min??0,r=s>a?Math.max(0,Math.min(1,(e.value-a)/(s-a))):null,i=o=>o&&la(o,e.unit);return t("tr",{children:[t("\
th",{scope:"row",children:t(d,{text:e.label})}),t("td",{class:"value",children:Pe(e.value,e.unit)}),t("td",{class:"part",children:r!==null&&t("span",{class:`met\
er s-${n}`,title:`${Math.round(r*100)} % of ${Pe(s,e.unit)}`,children:t("span",{style:{width:`${r*100}%`}})})}),t("td",{class:"limit",children:e.warn&&t(f,{children:[
"warn ",t(d,{text:i(e.warn)})]})}),t("td",{class:"limit",children:e.crit&&t(f,{children:["crit ",t(d,{text:i(e.crit)})]})})]})}var la=(e,n)=>/^[\d.]+$/.test(e)?
Pe(Number(e),n):e;function qn(e){let n=P(e.handlers?X(e.ns,"events",e.entity,e.check,"decisions"):"",[],e.version),s=P(e.handlers&&_(e.ns,"list","handlers")?B(e.ns,"handlers"):""),
a=n.error?.status===404,r=a?null:n.data??null,i=Dt(r,e.handlers,e.status);return e.handlers&&n.loading&&!n.data&&!a?t(S,{title:"Was anybody told?",class:"told-c\
ard",children:t(J,{rows:3})}):n.error&&!a&&!n.data?t(S,{title:"Was anybody told?",class:"told-card",children:t(Q,{error:n.error,what:"decisions",again:n.again,ns:e.
ns})}):t(S,{title:"Was anybody told?",class:"told-card",children:[t("p",{class:`verdict t-${i.tone}`,children:i.text}),r&&t("ul",{class:"decisions",children:r.handlers.
map(o=>t(ua,{d:o,at:r.timestamp,ns:e.ns,handler:s.data?.find(l=>l.metadata.name===o.handler),occurrences:e.occurrences,status:e.status},o.handler+o.pipeline+o.workflow))}),
r?.incidents?.length?t(ma,{list:r.incidents}):null]})}var ca=e=>e?.webhook?.form??e?.type??"";function ua({d:e,at:n,ns:s,handler:a,occurrences:r,status:i}){let o=rt(
e),l=ca(a),c=a?.alert&&i&&e.alert?.told?Wt(a.alert,r):-1,u=_(s,"list","handlers")&&e.outcome!=="unknown"?t("a",{href:k({ns:s,page:"config",path:["handlers",e.handler]}),
children:t(d,{text:e.handler})}):t(d,{text:e.handler});return t("li",{class:`t-${o.tone}`,children:[t(v,{name:o.icon}),t("div",{children:[t("b",{children:u}),l&&
t("span",{class:"muted",children:[" ",l]}),e.pipeline&&t("span",{class:"muted",children:[" of pipeline ",t(d,{text:e.pipeline})]}),t("br",{}),t("span",{class:"w\
hat",children:[t(d,{text:o.text}),e.outcome==="delivered"&&n>0&&t(f,{children:[" ",t(Se,{t:n}),", ",t(de,{t:n})]})]}),o.detail&&t("code",{class:"detail",children:t(
d,{text:o.detail})}),e.not_counted&&t("p",{class:"small muted",children:["Did not count, it raised: ",t("code",{children:t(d,{text:e.not_counted})})]}),c>0&&t("\
p",{class:"small muted",children:["Next: told again at occurrence ",c]}),c===0&&t("p",{class:"small muted",children:"Not told again until it changes"})]})]})}function ma({
list:e}){return t("details",{class:"incidents",children:[t("summary",{children:[e.length," incident",e.length>1&&"s"," before"]}),e.map(n=>t("section",{children:[
t("h3",{class:`s-${M(n.worst)}`,children:[K(n.worst),", ",t(Se,{t:n.begin}),n.end?t(f,{children:[", for ",C(n.end-n.begin)]}):t(f,{children:[", for ",C(x.value-
n.begin)," so far"]})]}),t("ul",{class:"decisions",children:n.decisions.map(s=>{let a=rt(s);return t("li",{class:`t-${a.tone}`,children:[t(v,{name:a.icon}),t("d\
iv",{children:[s.at?t(f,{children:[t(Se,{t:s.at})," "]}):null,t("b",{children:t(d,{text:s.handler})})," ",t(d,{text:a.text}),a.detail&&t("code",{class:"detail",
children:t(d,{text:a.detail})})]})]})})})]},n.begin))]})}function da(){let{ns:e,path:n}=w.value,[s="",a=""]=n;R(`${s} / ${a}`);let r=E.value.map.get(Le(e,s,a)),i=ha(r),o=P(B(e,"events",s,a),[],i);return We([{keys:"Esc\
ape",does:"Back",group:"Everywhere",run:()=>history.length>1?history.back():q(k({ns:e,page:"problems"}))}]),o.error?.status===404?t(fa,{ns:e,entity:s,check:a}):
o.data?t(ba,{event:o.data,row:r??ga(e,o.data),ns:e,stale:o.error,version:i}):t("div",{class:"page",children:[t("h1",{class:"hidden",children:t(d,{text:`${s} / ${a}`})}),
o.error?t(Q,{error:o.error,what:"event",again:o.again,ns:e}):t(J,{})]})}var pa=30,ha=e=>[e?.executed,e?.status,e?.flags,e?.told,e?.occurrences,Math.floor(x.value/
pa)].join();function fa({ns:e,entity:n,check:s}){return t("div",{class:"page",children:[t("h1",{children:t(d,{text:`${n} / ${s}`})}),t("p",{children:"This event\
 is gone: it was deleted or has expired, or was never there."}),t("p",{children:[t("a",{href:te(e,n),children:["The machine ",t(d,{text:n})]})," · ",t("a",{href:k(
{ns:e,page:"problems"}),children:"Problems"})]})]})}function ga(e,n){let s=n.check,a=n.entity.metadata.name,r=(s.is_silenced?ke.silenced:0)|(s.command?ke.runnable:
0);return{key:Le(e,a,s.metadata.name),ns:e,entity:a,check:s.metadata.name,status:s.status,flags:r,occurrences:s.occurrences,executed:s.executed,since:jn(s),told:"",
output:s.output,hay:""}}function jn(e){let n=e.executed;for(let s of[...e.history??[]].reverse()){if(s.status!==e.status)break;n=s.executed}return e.status&&e.last_ok?
Math.min(n,e.last_ok):n}function ba({event:e,row:n,ns:s,stale:a,version:r}){let i=e.check;if(!i)return t("div",{class:"page",children:[t("h1",{children:t(d,{text:n.
entity})}),t("p",{children:"This event has metrics and no check."})]});let o=(n.flags&ke.silenced)!==0,l=i.output_metric_format==="nagios_perfdata"||/\|/.test(i.
output),c=(i.handlers?.length??0)+(i.pipelines?.length??0)+(e.pipelines?.length??0),u=!!i.output_metric_format||!!e.metrics||(n.flags&ke.metrics)!==0;return t("\
div",{class:`page event edge-${M(i.status)}`,children:[t(va,{event:e,row:n,ns:s,silenced:o}),a&&t("p",{class:"notice bad",role:"alert",children:a.message}),t("d\
iv",{class:"columns",children:[t("div",{children:[t(kt,{text:i.output,perf:l}),t(S,{title:"History",children:t(Rn,{list:i.history??[]})}),u&&t(xn,{path:X(s,"eve\
nts",n.entity,n.check,"metrics"),perf:Ve(i.output).perf,page:"event"}),(i.hooks??[]).map(m=>t(kt,{title:`Hook ${m.metadata.name}, status ${m.status}`,text:m.output??
"",perf:!1}))]}),t("div",{children:[t(qn,{ns:s,entity:n.entity,check:n.check,handlers:c,status:i.status,occurrences:i.occurrences,version:r}),t(ya,{event:e,ns:s,
entity:n.entity,silenced:o}),t(wa,{event:e,ns:s}),t(xa,{event:e,ns:s})]})]})]})}function va({event:e,row:n,ns:s,silenced:a}){let r=e.check,i=n.since||jn(r),o=nt.
value,l=Fn(r)&&r.interval?r.executed+r.interval-x.value:0;return t("header",{class:"event-head",children:[t("a",{class:"back",href:k({ns:s,page:r.status?"proble\
ms":"events"}),children:[t(v,{name:"back"}),r.status?"Problems":"Events"]}),t("div",{class:"title",children:[t(Ee,{status:r.status,badge:!0}),a&&t("span",{class:"\
status badge s-silenced is-silenced",children:[t(v,{name:"silenced"}),"Silenced"]}),t("h1",{children:[t("a",{href:te(s,n.entity),children:t(d,{text:n.entity})}),
" ",t("span",{class:"slash",children:"/"})," ",t(d,{text:n.check})]})]}),t("p",{class:"facts-line",children:[t("b",{children:[r.status?"Failing":"OK"," for ",C(
o-i)]})," · ",r.occurrences===1?"one result":`${r.occurrences} results in a row`," · last ",He(r.executed,o),l>0&&t(f,{children:[" · next in about ",C(l)]}),
r.state==="flapping"&&" · flapping"]}),t("div",{class:"acts",children:t(Xt,{list:[{...n,flags:a?n.flags|ke.silenced:n.flags}],after:()=>q(k({ns:s,page:"problem\
s"}))})})]})}var Fn=e=>!!e.command&&(!!e.cron||!!e.interval)&&e.publish!==!1;function ya({event:e,ns:n,entity:s,silenced:a}){let r=e.check,i=_(n,"list","silence\
d"),o=P(a&&i?B(n,"silenced"):"",["silenced"]).data,l=a?o?Gt(e,o,nt.value):i?[]:r.silenced??[]:[],c=[r.metadata.annotations,e.entity.metadata.annotations].flatMap(
u=>(u?.["picket.io/depends-on"]??"").split(",").map(m=>m.trim()).filter(Boolean));return!l.length&&!c.length?null:t(S,{title:"Kept quiet by",children:t(L,{list:[
["Silences",l.length>0&&t("ul",{class:"plain",children:l.map(u=>t("li",{children:t("a",{href:k({ns:n,page:"silences",query:{q:u}}),children:t(d,{text:u})})}))})],
["Depends on",c.length>0&&t("ul",{class:"plain",children:c.map(u=>t(ka,{ns:n,name:u,entity:s}))})]]})})}function ka({ns:e,name:n,entity:s}){let[a,r]=n.includes(
"/")?[n.slice(0,n.indexOf("/")),n.slice(n.indexOf("/")+1)]:[s,n],i=E.value.map.get(Le(e,a,r));return t("li",{children:[t("a",{href:xe(e,a,r),children:t(d,{text:`${a}\
 / ${r}`})})," ",i?t(Ee,{status:i.status}):t("span",{class:"muted",children:"no result"})]})}var wt=(e,n)=>Object.keys(e??{}).length?t(G,{of:e,to:n}):"",Hn=e=>ae.
value?.guest?void 0:Pt(e);function wa({event:e,ns:n}){let s=e.check,a=s.metadata.name;return t(S,{title:"Check",side:_(n,"get","checks")&&s.command&&t("a",{href:k(
{ns:n,page:"checks",path:[a]}),children:"Definition"}),children:t(L,{list:[["Command",s.command&&t("code",{class:"command",children:t(d,{text:s.command})})],["R\
uns",s.command?Fn(s)?s.cron?t(f,{children:["by ",t("code",{children:s.cron})]}):Fe(s.interval):"by hand only":"its results come by themselves"],["Took",s.duration?
`${s.duration.toFixed(2)} s`:""],["Timeout",s.timeout?C(s.timeout):""],["Expected within",s.ttl&&s.ttl>0?`${C(s.ttl)} (ttl)`:""],["Subscriptions",s.subscriptions?.
join(", ")],["Handlers",s.handlers?.join(", ")],["Labels",wt(s.metadata.labels,Hn(n))],["Annotations",wt(s.metadata.annotations)]]})})}function xa({event:e,ns:n}){
let s=e.entity,a=s.system??{},r=s.metadata.name,i=[...E.value.map.values()].filter(o=>o.ns===n&&o.entity===r&&o.status&&o.check!==e.check?.metadata.name).length;
return t(S,{title:"Machine",side:t("a",{href:te(n,r),children:i?T(i,"other problem"):"All of it"}),children:t(L,{list:[["System",[a.os,a.platform,a.platform_version].
filter(Boolean).join(" ")],["Kind",s.entity_class],["Seen",s.last_seen?t(de,{t:s.last_seen}):""],["Agent",s.sensu_agent_version],["Subscriptions",s.subscriptions?.
join(", ")],["Labels",wt(s.metadata.labels,Hn(n))]]})})}var xt=1e3,$a=10;function Ca(){R("Journal");let{ns:e,query:{q:n="",hours:s=""}}=w.value,a=s?Math.floor(x.value/60)*60-Number(s)*3600:0,r=P(`/api/picket/v1/chang\
es?${new URLSearchParams({...e?{namespace:e}:{},...a?{since:String(a)}:{},limit:String(xt)})}`,[],String(Math.floor(x.value/$a))),i=(o,l)=>t(pe,{name:l,on:s===o,
run:()=>A({hours:o},!1)});return t("div",{class:"list-page scrolls",children:[t("header",{class:"headline",children:[t("h1",{children:"Journal"}),t("p",{class:"\
muted",children:["What changed, and who heard of it",r.data&&t(f,{children:[". It begins with the start of the backend, ",t("time",{title:H(r.data.since_start,g.
value),children:me(r.data.since_start,x.value,g.value)})]}),"."]})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"Since",
children:[i("","All"),i("1","1 h"),i("12","12 h"),i("24","24 h")]}),t("div",{class:"tools",children:t(U,{label:"Filter changes",help:"Filter: machine or check",
fields:!1})})]}),r.error?.status===404?t(D,{icon:"journal",title:"No journal",children:"This picket keeps none."}):t(Y,{of:r,what:"changes",ns:e,children:o=>{let l=n.
toLowerCase().split(/\s+/).filter(Boolean),c=o.changes.filter(u=>l.every(m=>`${u.entity} ${u.check}`.toLowerCase().includes(m)));return c.length?t(Ea,{list:c,all:o.
changes}):t(D,{icon:"journal",title:"Nothing changed",children:["Since the backend began, ",C(x.value-o.since_start)," ago",n&&", of what the filter names","."]})}})]})}
var Sa=e=>`${Be(e.at,g.value)} ${O(e.at,g.value).slice(0,2)}:00`;function Ea({list:e,all:n}){let s=[];for(let r of e){let i=Sa(r);s.at(-1)?.name===i?s.at(-1).changes.
push(r):s.push({name:i,changes:[r]})}let a=Be(x.value,g.value);return t("div",{class:"journal",children:[s.map(r=>t("section",{children:[t("h2",{children:[r.name.
replace(`${a} `,"today "),"–",String((Number(r.name.slice(11,13))+1)%24).padStart(2,"0"),":00 ",t("span",{class:"muted",children:[T(r.changes.length,"change"),
", ",r.changes.filter(i=>i.told==="told").length," told"]})]}),t("ul",{children:r.changes.map(i=>t(Ma,{c:i,before:Pa(i,n)}))})]},r.name)),n.length>=xt&&t("p",{class:"\
muted small",children:["The newest ",xt," are shown."]})]})}function Pa(e,n){let s=n.find(a=>a.at<e.at&&a.entity===e.entity&&a.check===e.check&&a.namespace===e.
namespace);return s?e.at-s.at:0}var zn=({s:e})=>t("span",{class:`s-${M(e)}`,children:t(v,{name:ne[we(e)],title:K(e)})});function Ma({c:e,before:n}){return t("li",
{children:[t("time",{title:H(e.at,g.value),children:O(e.at,g.value)}),t("span",{class:"turn",children:[t(zn,{s:e.from}),t("span",{"aria-hidden":"true",children:"\
→"}),t("span",{class:"hidden",children:" to "}),t(zn,{s:e.to})]}),t("a",{class:"name",href:xe(e.namespace,e.entity,e.check),children:[t("b",{children:t(d,{text:e.
entity})}),t("span",{class:"slash",children:" / "}),t(d,{text:e.check})]}),t("span",{class:"muted after",children:n>0&&`after ${C(n)}`}),t(Ft,{told:e.told})]})}var Ta=3600,Ze=(e,n)=>e.begin>n?"later":e.expire_at>0&&e.expire_at-n<=Ta?"ending":"active";function Kn(e){return`${e.subscription?.startsWith("entity:")?e.subscription.
slice(7):e.subscription&&e.subscription!=="*"?`subscription ${e.subscription}`:"every machine"} / ${e.check&&e.check!=="*"?e.check:"every check"}`}function _a(e){
let n=e.subscription?.startsWith("entity:")?e.subscription.slice(7):"";if(e.subscription&&e.subscription!=="*"&&!n)return null;let s=0;for(let a of E.value.map.
values())a.ns===e.metadata.namespace&&(!n||a.entity===n)&&(!e.check||e.check==="*"||a.check===e.check)&&ee(a)&&s++;return s}function Na(){R("Silences");let e=w.
value.ns||(I.value.length===1?I.value[0]:""),{q:n="",only:s=""}=w.value.query,a=P(e?B(e,"silenced"):"",["silenced"]),r=_(e,"create","silenced");We(r?[{keys:"n",
does:"New silence",group:"Silences",run:()=>ie({ns:e})}]:[]);let i=x.value,o=Z(()=>[...a.data??[]].sort((m,$)=>(m.expire_at>0?m.expire_at:1e12)-($.expire_at>0?$.
expire_at:1e12)),[a.data]);if(!e)return t(fe,{what:"Silences",page:"silences"});let l=o.filter(m=>(!s||(s==="active"?Ze(m,i)!=="later":Ze(m,i)===s))&&`${m.metadata.
name} ${m.reason??""} ${m.creator??""}`.toLowerCase().includes(n.toLowerCase())),c=m=>o.filter($=>Ze($,i)===m).length,u=(m,$,h)=>t(pe,{name:$,n:h,on:s===m,run:()=>A(
{only:s===m?"":m},!1)});return t("div",{class:"list-page",children:[t("header",{class:"headline with-act",children:[t("div",{children:[t("h1",{children:"Silence\
s"}),t("p",{class:"muted",children:"What nobody is told about, until when, and who wanted it so."})]}),r&&t(b,{kind:"main",icon:"plus",shortcut:"n",onClick:()=>ie(
{ns:e}),children:"New silence"})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"State",children:[u("active","Active",c(
"active")+c("ending")),u("later","Begins later",c("later")),u("ending","Ends within 1 h",c("ending"))]}),t("div",{class:"tools",children:t(U,{label:"Filter sile\
nces",help:"Filter: machine, check, reason, person",fields:!1})})]}),t(Y,{of:a,what:"silences",ns:e,children:()=>l.length?t("ul",{class:"silences",children:l.map(
m=>t(Ba,{s:m,ns:e,t:i},m.metadata.name))}):o.length?t(D,{icon:"search",title:"Nothing matches",children:t(b,{onClick:()=>A({q:"",only:""},!1),children:"Clear th\
e filter"})}):t(D,{icon:"bell",title:"Nothing is silenced",children:"Every alert reaches whom its handlers name."})})]})}function Ra({s:e,t:n}){if(e.windows?.length)
return t(f,{children:e.windows.map(r=>`${(r.repeat??[]).join(", ")||"once"} ${r.begin.slice(11,16)}–${r.end.slice(11,16)} ${r.begin.slice(19)}`).join("; ")});
let s=e.begin>n?t(f,{children:[t("time",{title:H(e.begin,g.value),children:["from ",me(e.begin,n,g.value)]})," "]}):null,a=e.expire_on_resolve?" or when it reso\
lves":"";return e.expire_at<=0?t(f,{children:[s,t("b",{class:"for-ever",children:e.expire_on_resolve?"until it resolves":"for ever"})]}):t(f,{children:[s,t("tim\
e",{title:H(e.expire_at,g.value),children:["until ",me(e.expire_at,n,g.value)," (in ",C(e.expire_at-n),")"]}),a]})}function Ba({s:e,ns:n,t:s}){let a=Ze(e,s)==="\
later",r=_a(e),i=e.subscription?.startsWith("entity:")?e.subscription.slice(7):"",o=[i&&`entity:${i}`,e.check&&e.check!=="*"&&`check:${e.check}`,"silenced:yes"].
filter(Boolean).join(" "),l=()=>Ke({title:"End this silence?",act:"End it now",run:()=>{Yt(e).then(()=>{De("silenced"),N("The silence has ended")},c=>N(c.message,
!0))},text:t("p",{children:["What is failing under ",t("b",{children:t(d,{text:Kn(e)})})," is told again",r?`: ${T(r,"event")}`:"","."]})});return t("li",{class:`\
silence${a?" later":""}`,children:[t(v,{name:a?"waiting":"silenced",title:a?"Begins later":"Active",size:20}),t("div",{class:"who",children:[t("b",{children:t(d,
{text:Kn(e)})}),t("span",{class:"ends",children:t(Ra,{s:e,t:s})})]}),t("div",{class:"reason",children:[e.reason?t("span",{children:["“",t(qt,{text:e.reason}),
"”"]}):t("span",{class:"muted",children:"no reason given"}),t("span",{class:"muted small",children:[e.creator?t(f,{children:["by ",t(d,{text:e.creator})]}):"b\
y nobody known",r!==null&&!a&&t(f,{children:[" · ",r?t("a",{href:k({ns:n,page:"events",query:{q:o}}),children:["silences ",T(r,"event")]}):"silences nothing no\
w"]})]})]}),t("div",{class:"acts",children:[_(n,"update","silenced")&&t(b,{onClick:()=>ie({ns:n,before:e}),children:e.expire_at>0&&!a?"Extend":"Change"}),_(n,"d\
elete","silenced")&&t(b,{onClick:l,children:"End now"})]})]})}var Aa=1e4,Ia=40;function Oa(){V(()=>{let e,n=!1,s=()=>{navigator.wakeLock?.request("screen").then(r=>{n?r.release():e=r},()=>{})},a=()=>{document.hidden||s()};
return s(),document.addEventListener("visibilitychange",a),()=>{n=!0,document.removeEventListener("visibilitychange",a),e?.release()}},[])}function La(e){let[n,
s]=y(8),[a,r]=y(0);V(()=>{let o=()=>{let c=document.querySelector(".wall-rows"),u=Number.parseFloat(getComputedStyle(document.documentElement).fontSize)*4;c&&s(
Math.max(1,Math.floor(c.clientHeight/Math.max(u,Da()))))};o(),addEventListener("resize",o);let l=setInterval(()=>r(c=>c+1),Aa);return()=>{removeEventListener("r\
esize",o),clearInterval(l)}},[]);let i=Math.max(1,Math.ceil(e/n));return{fit:n,page:a%i,pages:i}}var Da=()=>document.querySelector(".wall-rows li")?.offsetHeight??
0;function Wa(){R("Wall"),Oa();let e=zt(w.value.query.q??""),n=x.value,s=[...E.value.map.values()].filter(h=>Kt(e,h,n)),a=re(s.filter(h=>h.status&&!ee(h)),"seve\
rity",!1),r=e.terms.length?Ne(s):Rt.value,{fit:i,page:o,pages:l}=La(a.length),c=r.reduce((h,j,F)=>h+(F&&j[1]),0),u=r[0][0],m=Math.floor(n-Oe.value/1e3),$=Oe.value>
0&&m>Ia&&$e.value!=="live";return t("div",{class:`wall${$?" stale":""} ${a.length?`worst-${M(a[0].status)}`:"well"}`,children:[t("header",{children:[t("h1",{class:"\
hidden",children:"Wall"}),[2,1,3].map(h=>t("span",{class:`count s-${M(h)}${tt(r,h)?"":" zero"}`,children:[t(v,{name:ne[h],title:K(h)}),W(tt(r,h))]})),t("span",{
class:`count s-silenced${c?"":" zero"}`,children:[t(v,{name:"silenced",title:"Silenced"}),W(c)]}),t("span",{class:"count s-ok",children:[t(v,{name:"ok",title:"O\
K"}),W(u)," OK"]}),t("time",{class:`clock is-${$e.value}`,children:[O(n,g.value,!0),t("span",{class:"dot",title:$e.value})]})]}),$&&t("p",{class:"stale-text",role:"\
alert",children:["No answer for ",C(m),": this is how it was at ",O(Oe.value/1e3,g.value,!0)]}),t("ul",{class:"wall-rows",children:[a.slice(o*i,o*i+i).map(h=>t(
"li",{class:`edge-${M(h.status)}`,children:[t("span",{class:`s-${M(h.status)}`,children:t(v,{name:ne[Math.min(3,h.status)],title:K(h.status)})}),t("b",{children:t(
d,{text:`${h.entity} / ${h.check}`})}),t("span",{class:"output",children:t(d,{text:sn(h.output)})}),t("span",{class:"for",children:Ot(n-h.since)}),t("span",{class:`\
told t-${at(h.told).tone}`,children:at(h.told).word})]},h.key)),!a.length&&E.value.loaded!=="no"&&t("li",{class:"all-well",children:[t(v,{name:"ok"}),"All is we\
ll"]})]}),l>1&&t("footer",{children:["page ",o+1," of ",l]})]})}function Gn(e,n){let s=e.toLowerCase().replace(/\s+/g,""),a=n.toLowerCase(),r=0,i=-1;for(let o of s){let l=a.indexOf(o,i+1);if(l<0)return 0;r+=l===i+1?5:/[\s/_.:-]/.
test(a.charAt(l-1))||l===0?4:1,i=l}return r+(a.startsWith(s)?20:0)+(a===s?20:0)-a.length/100}var Un=12,qa=2e4;function ja(){return Et.map(e=>({name:e[0].toUpperCase()+e.slice(1),kind:"page",icon:e,run:()=>q(k({ns:w.value.ns,page:e})),weight:2}))}function Fa(){
return[...I.value.length>1?[{name:"all namespaces",kind:"namespace",icon:"more",run:()=>q(k({ns:"",page:"problems"})),weight:1}]:[],...I.value.map(n=>({name:n,kind:"\
namespace",icon:"more",run:()=>q(k({ns:n,page:"problems"})),weight:1}))]}function Ha(){let e=nn();return e.length?Zt(e).filter(n=>!n.why).map(n=>({name:`${n.name}\
 ${e.length} selected`,kind:"action",icon:n.icon,run:n.run,weight:4})):[]}function za(){let e=new Map,n=[];for(let s of E.value.map.values()){if(n.length>=qa)break;
n.push({name:`${s.entity} / ${s.check}`,kind:"event",icon:ne[we(s.status)],tone:`s-${M(s.status)}`,run:()=>q(xe(s.ns,s.entity,s.check)),weight:s.status&&!ee(s)?
1:0});let a=`${s.ns}/${s.entity}`;e.has(a)||e.set(a,{name:s.entity,kind:"machine",icon:"entities",run:()=>q(te(s.ns,s.entity)),weight:1})}return[...e.values(),...n]}
function Ka(e,n){if(!n)return e.filter(a=>a.kind!=="event"||a.weight).sort((a,r)=>r.weight-a.weight).slice(0,Un);let s=[];for(let a of e){let r=Gn(n,a.name);r>0&&
s.push([r+a.weight*2,a])}return s.sort((a,r)=>r[0]-a[0]).slice(0,Un).map(([,a])=>a)}function Ga(){let[e,n]=y(""),[s,a]=y(0),r=Z(()=>[...Ha(),...ja(),...Fa(),...za()],
[]),i=Ka(r,e.trim()),o=()=>{At.value=!1},l=u=>{u&&(o(),setTimeout(u.run))},c=u=>{let m=u.key==="ArrowDown"?1:u.key==="ArrowUp"?-1:0;m&&(u.preventDefault(),a((s+
m+i.length)%Math.max(1,i.length))),u.key==="Enter"&&(u.preventDefault(),l(i[s]))};return t(z,{title:"Go to",onClose:o,children:t("div",{class:"palette",children:[
t("input",{"data-first":!0,role:"combobox","aria-expanded":"true","aria-controls":"palette-list","aria-activedescendant":i.length?`palette-${s}`:void 0,"aria-la\
bel":"Go to",placeholder:"Machine, check, page, namespace",value:e,spellcheck:!1,autocomplete:"off",onInput:u=>{n(u.currentTarget.value),a(0)},onKeyDown:c}),t("\
ul",{id:"palette-list",role:"listbox","aria-label":"Found",children:i.map((u,m)=>t("li",{id:`palette-${m}`,role:"option","aria-selected":m===s,onPointerMove:()=>a(
m),onClick:()=>l(u),children:[t("span",{class:u.tone??"muted",children:t(v,{name:u.icon})}),t("span",{class:"what",children:t(d,{text:u.name})}),t("span",{class:"\
muted small",children:u.kind})]}))}),!i.length&&t("p",{class:"muted",role:"status",children:"Nothing of that name."})]})})}var Jn=()=>{je.value=""};function Xe({of:e,title:n,values:s}){return t("fieldset",{children:[t("legend",{children:n}),t("div",{class:"choices",children:s.map(([
a,r])=>t("label",{class:"radio",children:[t("input",{type:"radio",name:e,checked:Mt.value[e]===a,onChange:()=>Tt({[e]:a})}),r]}))})]})}function Ua(){return t(z,
{title:"Preferences",onClose:Jn,children:[t(Xe,{of:"theme",title:"Theme",values:[["auto","as the system"],["light","light"],["dark","dark"]]}),t(Xe,{of:"density",
title:"Rows",values:[["normal","normal"],["dense","dense"]]}),t(Xe,{of:"zone",title:"Times",values:[["local",`local (${ze(Date.now()/1e3,"local")})`],["utc","UT\
C"]]}),t(Xe,{of:"keys",title:"Single-key shortcuts",values:[[!0,"on"],[!1,"off"]]}),t("p",{class:"muted small",children:"They are kept in this browser."})]})}var Ja={
ArrowDown:"↓",ArrowUp:"↑",Escape:"Esc"},Qa=e=>e.split(" or ").map(n=>n.split(" ").map(s=>t("kbd",{children:s.replace(/ArrowDown|ArrowUp|Escape/g,a=>Ja[a])}))).
flatMap((n,s)=>s?[" or ",...n]:n);function Ya(){let e=new Map;for(let n of Bt()){let s=e.get(n.group)??[];s.some(a=>a.keys===n.keys)||e.set(n.group,[...s,n])}return t(
z,{title:"Keys",wide:!0,onClose:Jn,children:[t("div",{class:"keys",children:[...e].map(([n,s])=>t("section",{children:[t("h3",{children:n}),t("dl",{children:s.map(
a=>t(f,{children:[t("dt",{children:Qa(a.keys)}),t("dd",{children:a.does})]}))})]}))}),t("p",{class:"muted small",children:"Single keys can be turned off in the \
preferences."})]})}function Va(){return je.value==="preferences"?t(Ua,{}):je.value==="keys"?t(Ya,{}):null}var Qn=[["15m","15 m"],["1h","1 h"],["4h","4 h"],["1d","1 d"],["until 08:00","until 08:00"]];function Za(e){let n=e.before,s=n?.subscription??e.subscription??"",
a=s.startsWith("entity:"),i={what:e.events?"events":a?"machine":(n?.check??e.check)&&!s?"check":"subscription",subscription:a?s.slice(7):s,check:n?.check??e.check??
"",later:!1,begin:et(x.value+3600),end:"1h",onResolve:!0,forever:!1,reason:""};if(!n)return i;let o=n.begin>x.value,l=n.expire_at>x.value?`until ${et(n.expire_at)}`:
"1h";return{...i,later:o,begin:o?et(n.begin):i.begin,end:l,onResolve:n.expire_on_resolve,forever:n.expire_at<=0&&n.expire<=0,reason:n.reason??""}}var et=e=>`${Be(
e,g.value)} ${O(e,g.value)}`;function Xa(e,n){let s=n&&n.begin>0&&n.begin<=x.value?n.begin:x.value,a=e.later?st(e.begin,x.value,g.value)??0:s,r=e.forever?0:st(e.
end,Math.max(a,x.value),g.value)??0,i=e.what==="machine"?e.subscription&&`entity:${e.subscription}`:e.what==="subscription"?e.subscription:"",o=e.what==="events"?
"":e.check,l=e.later&&!a?`"${e.begin}" is no moment to come: write 2026-12-31 22:00, 22:00 or 2h`:!e.forever&&!r?`"${e.end}" is no end: write 90m, 2h30m, until \
08:00 or 2026-12-31 08:00`:e.what==="machine"&&!e.subscription?"Name the machine":e.what==="check"&&!e.check?"Name the check":e.what==="subscription"&&!i&&!o?"N\
ame a subscription or a check":e.forever&&!e.reason.trim()?"A silence without an end needs a reason":"";return{subscription:i,check:o,begin:a,end:r,expire:e.forever?
-1:r-a,problem:l}}function er(e,n,s){let[a,r]=y(null),i=n.what==="events"||!s.subscription&&!s.check?"":JSON.stringify({metadata:{name:Ut(s.subscription,s.check),
namespace:e.ns},subscription:s.subscription||void 0,check:s.check||void 0,expire:-1});if(V(()=>{if(r(null),!i)return;let l=new AbortController,c=setTimeout(()=>ye(
"POST",X(e.ns,"silenced","preview"),JSON.parse(i),l.signal).then(r,u=>{l.signal.aborted||r(u)}),250);return()=>{clearTimeout(c),l.abort()}},[i]),n.what!=="event\
s")return a;let o=e.events;return{matches:o.length,problems:o.filter(l=>(E.value.map.get(l.key)?.status??0)>0).length,events:o.map(l=>[l.entity,l.check])}}function tr({
preview:e}){let[n,s]=y(!1);if(e instanceof Error)return t("p",{class:"hits bad",children:["What it would silence is not known: ",e.message]});if(!e)return t("p",
{class:"hits muted",children:"…"});let{matches:a,problems:r,events:i}=e;return t("div",{class:"hits",role:"status",children:[t("p",{children:[t("b",{children:a?
`Silences ${T(a,"event")}`:"Silences nothing that is there now"}),a>0&&`, ${r?`${r} of them failing`:"none of them failing"}`,i.length>0&&t(b,{kind:"quiet","ari\
a-expanded":n,onClick:()=>s(!n),children:n?"Hide":"Show"})]}),n&&t("ul",{children:[i.slice(0,100).map(([o,l])=>t("li",{children:t(d,{text:`${o} / ${l}`})})),a>100&&
t("li",{children:["and ",a-100," more"]})]})]})}function nr({task:e}){let[n,s]=y(()=>Za(e)),[a,r]=y(""),[i,o]=y(!1),l=Xa(n,e.before),c=er(e,n,l),u=h=>s({...n,...h}),
m=()=>{qe.value=null},$=async h=>{if(h.preventDefault(),l.problem||i)return;let j={begin:n.later||e.before?l.begin:0,expire:l.expire,onResolve:n.onResolve,reason:n.
reason.trim()};o(!0);try{if(n.what==="events")return m(),await Qt(e.events,j,x.value);await Jt(e.ns,l.subscription,l.check,j,e.before),De("silenced"),N(e.before?
"The silence is changed":"Silenced"),m()}catch(F){r(F.message)}finally{o(!1)}};return t(z,{title:e.before?"Change the silence":"Silence",onClose:m,children:t("f\
orm",{class:"silence-form",onSubmit:h=>{$(h)},children:[t(sr,{task:e,d:n,change:u}),t(ar,{d:n,w:l,change:u}),t("label",{class:"field",children:[t("span",{children:"\
Reason"}),t("input",{"data-first":!0,value:n.reason,maxLength:500,placeholder:"What others should know, a ticket for example",onInput:h=>u({reason:h.currentTarget.
value})})]}),t(tr,{preview:c}),a&&t("p",{class:"bad",role:"alert",children:a}),t("footer",{children:[t(b,{onClick:m,children:"Cancel"}),t(b,{type:"submit",kind:"\
main",icon:"silenced",why:l.problem,children:e.before?"Save":"Silence"})]})]})})}function sr({task:e,d:n,change:s}){let a=[...e.events?[["events",e.events.length===
1?"this event":`these ${e.events.length} events`]]:[],["machine","a machine"],["check","a check"],["subscription","a subscription"]],r=e.events?.[0],i=o=>s({what:o,
...o==="machine"&&r?{subscription:r.entity,check:""}:o==="check"&&r?{check:r.check,subscription:""}:{}});return t("fieldset",{children:[t("legend",{children:"Wh\
at"}),e.before?t("p",{class:"mono",children:t(d,{text:e.before.metadata.name})}):t(f,{children:[t("div",{class:"choices",children:a.map(([o,l])=>t("label",{class:"\
radio",children:[t("input",{type:"radio",name:"what",checked:n.what===o,onChange:()=>i(o)}),l]}))}),n.what==="events"&&t("p",{class:"muted small",children:[e.events.
slice(0,4).map(o=>`${o.entity} / ${o.check}`).join(", "),e.events.length>4&&` and ${e.events.length-4} more`]}),n.what!=="events"&&t("div",{class:"pair",children:[
n.what!=="check"&&t("label",{class:"field",children:[t("span",{children:n.what==="machine"?"Machine":"Subscription"}),t("input",{value:n.subscription,spellcheck:!1,
autocomplete:"off",onInput:o=>s({subscription:o.currentTarget.value})})]}),t("label",{class:"field",children:[t("span",{children:n.what==="check"?"Check, on eve\
ry machine":"Check (empty: all)"}),t("input",{value:n.check,spellcheck:!1,autocomplete:"off",onInput:o=>s({check:o.currentTarget.value})})]})]})]})]})}function ar({
d:e,w:n,change:s}){let a=Qn.some(([i])=>i===e.end),r=e.forever?"It never ends by itself.":n.end?`Ends ${et(n.end)} ${ze(n.end,g.value)}, in ${C(n.end-x.value)}.`:
"";return t("fieldset",{children:[t("legend",{children:"When"}),t("div",{class:"choices",children:[t("label",{class:"radio",children:[t("input",{type:"radio",name:"\
begin",checked:!e.later,onChange:()=>s({later:!1})}),"begins now"]}),t("label",{class:"radio",children:[t("input",{type:"radio",name:"begin",checked:e.later,onChange:()=>s(
{later:!0})}),"begins at"]}),e.later&&t("input",{class:"short","aria-label":"Begin",value:e.begin,onInput:i=>s({begin:i.currentTarget.value})})]}),t("div",{class:"\
choices",role:"group","aria-label":"End",children:[Qn.map(([i,o])=>t("button",{type:"button",class:"chip","aria-pressed":!e.forever&&e.end===i,onClick:()=>s({end:i,
forever:!1}),children:o})),t("input",{class:"short","aria-label":"Another end: 90m, 2h30m, until 08:00",placeholder:"90m, until 08:00",value:a?"":e.end,onInput:i=>s(
{end:i.currentTarget.value,forever:!1})}),t("button",{type:"button",class:"chip","aria-pressed":e.forever,onClick:()=>s({forever:!0,end:Lt(e.end)?e.end:"1h"}),children:"\
for ever…"})]}),t("label",{class:"check",children:[t("input",{type:"checkbox",checked:e.onResolve,onChange:i=>s({onResolve:i.currentTarget.checked})}),"or as \
soon as it resolves"]}),t("p",{class:n.problem?"bad small":"muted small",role:"status",title:n.end?H(n.end,g.value):void 0,children:n.problem||r})]})}var rr=()=>qe.
value?t(nr,{task:qe.value}):null;export{Zn as Backend,Js as CheckPage,zs as Checks,Os as Config,Es as Entities,_s as EntityPage,da as EventPage,Ca as Journal,Ga as PaletteBox,Xn as PasswordDialog,
Va as SettingsDialogs,rr as SilenceForm,Na as Silences,Wa as Wall};
